import { domainToASCII } from 'node:url'
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { ContactRow } from '../kinds.ts'

/** What a contact can be told by; null where it tells nothing that could be compared. */
export interface IdentityKeys {
  readonly email: string | null
  /** Whether its tool says that the address is theirs. */
  readonly emailProven: boolean
  readonly phone: string | null
  readonly externalId: string | null
}

/** A key must fit into an index. Longer values name nobody. */
const LONGEST_KEY = 320

/** What cannot be a key of one person: a hotline, and what costs extra. */
const NOBODYS_PHONES: ReadonlySet<string> = new Set(['TOLL_FREE', 'PREMIUM_RATE', 'SHARED_COST', 'UAN', 'VOICEMAIL'])

/** The keys of a contact. */
export function keysOf(contact: Pick<ContactRow, 'email' | 'emailVerified' | 'phone' | 'externalId'>): IdentityKeys {
  const email = toEmailKey(contact.email)
  return {
    email,
    emailProven: email !== null && contact.emailVerified === true,
    phone: toPhoneKey(contact.phone),
    externalId: toExternalKey(contact.externalId),
  }
}

/**
 * An address as it is compared: NFC, lower case, without space around it, its domain in ASCII. What a provider of mail
 * makes of dots and plus signs is its own affair.
 */
export function toEmailKey(email: string | null): string | null {
  const text = email?.normalize('NFC').trim().toLowerCase() ?? ''
  const at = text.lastIndexOf('@')
  const [local, domain] = [text.slice(0, at), domainToASCII(text.slice(at + 1))]
  if (at < 1 || domain === '' || /[\s\0<>@]/.test(local) || text.length > LONGEST_KEY) return null
  return `${local}@${domain.replace(/\.$/, '')}`
}

/**
 * A number as E.164; null for one without country code, which might be anywhere, for one that cannot be, for an
 * extension, whose number is a whole house's, and for numbers that are nobody's own.
 */
export function toPhoneKey(phone: string | null): string | null {
  const text =
    phone
      ?.normalize('NFKC')
      .trim()
      .replace(/^tel:\s*/i, '') ?? ''
  // Reading a number is dear, and what has no country code begins otherwise.
  if (!text.startsWith('+')) return null
  const number = parsePhoneNumberFromString(text, { extract: false })
  const type = number?.getType()
  if (number === undefined || type === undefined || number.ext !== undefined || NOBODYS_PHONES.has(type)) return null
  return number.number
}

function toExternalKey(externalId: string | null): string | null {
  const text = externalId?.trim() ?? ''
  return text === '' || text.length > LONGEST_KEY ? null : text
}
