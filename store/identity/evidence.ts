/** Why two contacts are, or may be, one person. */
export type Evidence = 'MEMBER' | 'EXTERNAL_ID' | 'VERIFIED_EMAIL' | 'PHONE' | 'UNVERIFIED_EMAIL'

/** How sure each makes that two contacts are one person, from 0 to 1. Declared here and nowhere else. */
export const CONFIDENCE: Readonly<Record<Evidence, number>> = {
  MEMBER: 1,
  EXTERNAL_ID: 0.95,
  VERIFIED_EMAIL: 0.9,
  PHONE: 0.8,
  UNVERIFIED_EMAIL: 0.5,
}

/** How sure a key makes that too many share. */
export const CROWDED_CONFIDENCE = 0.1

/** A key that more contacts share than these is no evidence: it is a desk's, a family's, or a placeholder. */
export const MOST_SHARING = 10

/** What two contacts can have in common, by which they are linked without anybody's doing. */
export const KEY_TYPES = ['EXTERNAL_ID', 'VERIFIED_EMAIL', 'PHONE'] as const
export type KeyType = (typeof KEY_TYPES)[number]

/** One key that contacts may share. */
export interface Key {
  readonly type: KeyType
  readonly value: string
}

/** A key as a text, for maps. */
export const keyName = ({ type, value }: Key): string => `${type} ${value}`
