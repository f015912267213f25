export const themeCookie = 'berth-theme'
export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** What the cookie says; `system` when it says nothing that is known. */
export const themeFrom = (value: string | undefined): Theme => themes.find((theme) => theme === value) ?? 'system'
