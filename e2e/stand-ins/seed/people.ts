import type { User } from '../gitlab/world.ts'

/** The bot that the token belongs to comes first. */
export const people: User[] = [
  { id: 1, username: 'berth', name: 'Berth', email: 'berth@example.jp' },
  { id: 2, username: 'hanako', name: '山田 花子', email: 'hanako@example.jp' },
  { id: 3, username: 'kenta', name: '佐藤 健太', email: 'kenta@example.jp' },
  { id: 4, username: 'midori', name: '鈴木 みどり', email: 'midori@example.jp' },
  { id: 5, username: 'marta', name: 'Marta Kowalska', email: 'marta@example.jp' },
  { id: 6, username: 'diego', name: 'Diego Fernández', email: 'diego@example.jp' },
  { id: 7, username: 'aoife', name: "Aoife O'Byrne", email: 'aoife@example.jp', isAdmin: true },
  { id: 8, username: 'guest', name: 'Gaspard Guest', email: 'gaspard@example.jp' },
  { id: 9, username: 'olga', name: 'Olga Outsider', email: 'olga@example.jp' },
]

/** Access levels as GitLab counts them: 10 Guest, 20 Reporter, 30 Developer, 40 Maintainer, 50 Owner. */
export const members: Record<string, Record<string, number>> = {
  'hello/hello-app': { hanako: 40, marta: 40, kenta: 30, midori: 20, guest: 10 },
  'hello/handbook': { midori: 40, hanako: 30, diego: 20 },
  'hello/hello-heroku': { midori: 40, hanako: 40, kenta: 30, aoife: 30 },
  'scale/monolith': { hanako: 40, kenta: 30 },
}

export function person(username: string): User {
  const found = people.find((user) => user.username === username)
  if (!found) throw new Error(`Nobody is called ${username}.`)
  return found
}
