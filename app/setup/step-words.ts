import type { SetupStep } from '#lib/domain/setup-steps.ts'

/** How each step is called, where it is, and what it is for. */
export const stepWords: Record<SetupStep, { title: string; about: string; href: string }> = {
  gitlab: { title: 'GitLab', about: 'Where branches, pipelines and deployments are', href: '/setup/gitlab' },
  'sign-in': { title: 'Sign-in', about: 'Everybody as themselves, by GitLab', href: '/setup/sign-in' },
  hosts: { title: 'Dokku hosts', about: 'Where the apps run', href: '/setup/hosts' },
  heroku: { title: 'Heroku', about: 'If staging or production is there', href: '/setup/heroku' },
  projects: { title: 'Projects', about: 'What Berth shows, and which app is whose', href: '/setup/projects' },
}
