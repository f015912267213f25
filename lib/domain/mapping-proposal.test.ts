import { expect, test } from 'vitest'
import { mappingProposal } from './mapping-proposal.ts'

const review = (apps: string[]) => ({ name: 'review', role: 'review' as const, apps })
const production = (apps: string[]) => ({ name: 'apps', role: 'production' as const, apps })

test('apps that bear the project’s name are proposed, on the production host first', () => {
  const hosts = [review(['shop', 'shop-staging']), production(['shop', 'blog'])]
  expect(mappingProposal('company/Shop', hosts)).toEqual({
    reviewHost: 'review',
    named: { staging: { host: 'review', app: 'shop-staging' }, production: { host: 'apps', app: 'shop' } },
  })
})

test('what bears another name is left to the domain', () => {
  expect(mappingProposal('company/shop', [review(['www.example.jp']), production([])]).named).toEqual({})
})

test('one host needs no choice, and without a host there is none', () => {
  expect(mappingProposal('company/shop', [review([])])).toEqual({ named: {} })
  expect(mappingProposal('company/shop', [])).toEqual({ named: {} })
})
