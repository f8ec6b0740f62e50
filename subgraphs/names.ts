import type { Kind } from '../store/kinds.ts'

const capital = (word: string): string => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`

/** The graph's name of a provider's kind of record: `IntercomContact`. */
export const typeName = (provider: string, kind: Kind): string => `${capital(provider)}${capital(kind)}`

/** The graph's word for a provider: `INTERCOM`. */
export const providerEnum = (provider: string): string => provider.toUpperCase()

/** The interface of a kind: `Contact`. */
export const interfaceName = (kind: Kind): string => capital(kind)
