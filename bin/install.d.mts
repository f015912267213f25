/** The Node in `node_modules`, and the version that package.json asks for, as `process.version` writes it. */
export function pinnedNode(root: string): { file: string; version: string }

/** Runs `npm ci` when what is installed is not what package-lock.json says; ends the process when that fails. */
export function ensureInstalled(root: string): Promise<void>

/** Whether what is installed is what package-lock.json says. */
export function isInstalled(root: string): boolean
