/** Whether it is written as an id of Berth’s own; nothing else is worth a question to the database. */
export const isUuid = (text: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
