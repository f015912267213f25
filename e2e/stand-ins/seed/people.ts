import type { User } from '../gitlab/world.ts'

/** The bot that the token belongs to comes first. */
export const people: User[] = [
  { id: 1, username: 'berth', name: 'Berth', email: 'berth@example.jp' },
  { id: 2, username: 'hanako', name: '山田 花子', email: 'hanako@example.jp' },
  { id: 3, username: 'kenta', name: '佐藤 健太', email: 'kenta@example.jp' },
  { id: 4, username: 'midori', name: '鈴木 みどり', email: 'midori@example.jp' },
  { id: 5, username: 'marta', name: 'Marta Kowalska', email: 'marta@example.jp' },
  { id: 6, username: 'diego', name: 'Diego Fernández', email: 'diego@example.jp' },
  { id: 7, username: 'aoife', name: "Aoife O'Byrne", email: 'aoife@example.jp' },
]

export function person(username: string): User {
  const found = people.find((user) => user.username === username)
  if (!found) throw new Error(`Nobody is called ${username}.`)
  return found
}
