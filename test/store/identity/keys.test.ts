import { expect, test } from 'vitest'
import { keysOf, toEmailKey, toPhoneKey } from '../../../store/identity/keys.ts'

test.each([
  [' Ann@Example.COM ', 'ann@example.com'],
  ['ann@bücher.example', 'ann@xn--bcher-kva.example'],
  ['ann@example.com.', 'ann@example.com'],
  ['Zoe\u0308@example.com', 'zoë@example.com'],
  // Whether these are one mailbox is for their provider to say.
  ['a.nn+shop@example.com', 'a.nn+shop@example.com'],
  ['ann', null],
  ['@example.com', null],
  ['ann@', null],
  ['ann@exa mple.com', null],
  ['a b@example.com', null],
  ['Ann <ann@example.com>', null],
  ['a@b@example.com', null],
  [`${'a'.repeat(320)}@example.com`, null],
  ['', null],
  [null, null],
])('the address %j is compared as %j', (email, key) => expect(toEmailKey(email)).toBe(key))

test.each([
  ['+49 (0)30 901820', '+4930901820'],
  ['tel:+49-30-901820', '+4930901820'],
  ['＋49 30 ９01820', '+4930901820'],
  ['+1 415 555 2671', '+14155552671'],
  // Anywhere in the world.
  ['030 901820', null],
  ['0049 30 901820', null],
  // Nobody's own, or no number at all.
  ['+1 800 555 0199', null],
  ['+1 415 555 2671 ext. 5', null],
  ['+1 555 555 0100', null],
  ['+0000000', null],
  ['+49 30 901820 or +49 30 901821', null],
  ['call me', null],
  [null, null],
])('the number %j is compared as %j', (phone, key) => expect(toPhoneKey(phone)).toBe(key))

test('an address is proven when its tool says so, and an external id has no space around it', () => {
  const contact = { email: 'a@b.example', emailVerified: true, phone: null, externalId: ' u-1 ' }
  expect(keysOf(contact)).toEqual({ email: 'a@b.example', emailProven: true, phone: null, externalId: 'u-1' })
  for (const emailVerified of [false, null]) {
    expect(keysOf({ ...contact, emailVerified })).toMatchObject({ emailProven: false })
  }
  expect(keysOf({ email: 'none', emailVerified: true, phone: null, externalId: '  ' })).toEqual({
    email: null,
    emailProven: false,
    phone: null,
    externalId: null,
  })
})
