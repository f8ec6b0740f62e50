import { createHash } from 'node:crypto'
import type { GraphQLError } from 'graphql'
import { gatewayError } from '../errors.ts'
import { createLruMap } from '../lru.ts'
import type { Manifest } from './manifest.ts'

/** By what a client says which operation it means: its text, or an id under which the text is known here. */
export interface OperationParameters {
  readonly query?: string | null | undefined
  /** As in the appendix on persisted documents of the GraphQL over HTTP specification. */
  readonly documentId?: string | null | undefined
  /** `persistedQuery.sha256Hash` holds the id, as Apollo's clients send it. */
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined
}

/** An operation's text, or why there is none. */
export type FoundText = { readonly text: string } | { readonly errors: readonly GraphQLError[] }

/** The operations that clients may name instead of sending. */
export interface OperationTexts {
  /** Finds the text of an operation. Of an id and a text that come together, the text counts. */
  find(asked: OperationParameters): FoundText
  /** Keeps the text of an operation that was let in, when its hash came with it and that is how texts become known. */
  keep(asked: OperationParameters): void
}

/** What texts are known from. */
export interface OperationTextsOptions {
  /** Null where clients bring no list. */
  readonly manifest: Manifest | null
  /** Whether an operation that comes with the SHA-256 of its text can be asked for by that from then on. */
  readonly automatic: boolean
}

/** Characters of operations to keep whose ids were taken automatically. */
const MAX_KEPT = 4_000_000
/** What keeping a text costs besides its characters. */
const OVERHEAD = 200
/** How the appendix marks an id that is the hash of the text. */
const HASH_PREFIX = 'sha256:'

/** Makes a store of operations: those of a manifest for good, those that clients bring until the room is needed. */
export function createOperationTexts({ manifest, automatic }: OperationTextsOptions): OperationTexts {
  const kept = createLruMap<string>(MAX_KEPT)
  const findById = (id: string): string | undefined => {
    const hash = id.startsWith(HASH_PREFIX) ? id.slice(HASH_PREFIX.length) : id
    return manifest?.get(id) ?? manifest?.get(hash) ?? (automatic ? kept.get(hash) : undefined)
  }
  const isKnownAs = (hash: string, text: string): boolean => findById(hash) === text || hash === hashText(text)
  return {
    find: ({ query: text, documentId, extensions }) => {
      const hash = readHash(extensions)
      if (text) {
        const isWrong = automatic && hash !== null && !isKnownAs(hash, text)
        return isWrong ? { errors: [gatewayError('BAD_REQUEST', WRONG_HASH)] } : { text }
      }
      const id = documentId ?? hash
      if (id === null) return { errors: [gatewayError('BAD_REQUEST', NOTHING_ASKED)] }
      const found = findById(id)
      if (found !== undefined) return { text: found }
      const isServed = automatic || manifest !== null
      return {
        errors: [
          isServed
            ? gatewayError('PERSISTED_QUERY_NOT_FOUND', NOT_FOUND)
            : gatewayError('PERSISTED_QUERY_NOT_SUPPORTED', NOT_SUPPORTED),
        ],
      }
    },
    keep: ({ query: text, extensions }) => {
      const hash = readHash(extensions)
      if (automatic && text && hash !== null && findById(hash) === undefined) {
        kept.set(hash, text, text.length + OVERHEAD)
      }
    },
  }
}

// Clients look for these two words of Apollo's protocol, not for the codes.
const NOT_FOUND = 'PersistedQueryNotFound'
const NOT_SUPPORTED = 'PersistedQueryNotSupported'
const WRONG_HASH = 'The hash is not the SHA-256 of the operation, in hexadecimal, that came with it.'
/** What who names no operation at all is told. */
export const NOTHING_ASKED =
  'Expected an operation: its text in "query", or its id in "documentId" or "extensions.persistedQuery".'

/** True when an operation is named, be it known or not. */
export function namesOperation({ query, documentId, extensions }: OperationParameters): boolean {
  return Boolean(query) || typeof documentId === 'string' || readHash(extensions) !== null
}

/** The name by which an operation is known in logs and to clients: the SHA-256 of its text, in hexadecimal. */
export function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function readHash(extensions: OperationParameters['extensions']): string | null {
  const persisted = extensions?.['persistedQuery']
  if (typeof persisted !== 'object' || persisted === null || !('sha256Hash' in persisted)) return null
  return typeof persisted.sha256Hash === 'string' ? persisted.sha256Hash : null
}
