import { X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { createAuthority, createCertificate } from './certificate.ts'

const endsAt = new Date('2027-01-09T12:30:00Z')

test('a certificate is for its names, ends when it should, and is signed by its authority', () => {
  const authority = createAuthority('Stand-in authority')
  const names = [
    'web1.localhost',
    'a-rather-long-name-that-needs-two-bytes-for-its-length.example.com',
    'shop.example.com',
  ]
  const certificate = new X509Certificate(createCertificate(authority, names, { endsAt }).certificate)
  for (const name of names) expect(certificate.checkHost(name)).toBe(name)
  expect(certificate.checkHost('web2.localhost')).toBeUndefined()
  expect(new Date(certificate.validTo)).toEqual(endsAt)
  expect(certificate.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true)
  expect(certificate.ca).toBe(false)
})

test('an authority signs itself, and another one has not signed its certificates', () => {
  const [authority, stranger] = [createAuthority('One'), createAuthority('Other')].map(
    ({ certificate }) => new X509Certificate(certificate),
  ) as [X509Certificate, X509Certificate]
  expect(authority.ca).toBe(true)
  expect(authority.verify(authority.publicKey)).toBe(true)
  expect(authority.verify(stranger.publicKey)).toBe(false)
})
