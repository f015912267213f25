/** For every git that the stand-in runs: nothing of the person's own configuration or of a surrounding hook reaches it. */
export const gitEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_DIR: undefined,
  GIT_WORK_TREE: undefined,
  GIT_INDEX_FILE: undefined,
  LC_ALL: 'C',
}
