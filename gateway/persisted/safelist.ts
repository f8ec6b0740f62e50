import { Kind, print, visit, type DocumentNode } from 'graphql'
import type { Logger } from 'pino'
import { createLruMap } from '../lru.ts'
import type { Manifest } from './manifest.ts'
import { hashText } from './operation-texts.ts'

/** What becomes of an operation that is not on the list: it runs and is logged, or is refused. */
export type SafelistMode = 'log' | 'enforce'

/** The operations that clients are known to send. */
export interface Safelist {
  /** True for a text that is not listed, where the list is enforced. */
  refuses(text: string): boolean
  /** Logs an operation that is not listed, once. */
  note(text: string, document: DocumentNode): void
}

/** How many operations are remembered as logged. */
const MAX_LOGGED = 1_000
const MAX_LOGGED_CHARS = 2_000

/** Makes the list of a manifest's operations. An operation is on it when its text is one of theirs, to the letter. */
export function createSafelist(manifest: Manifest, mode: SafelistMode, logger: Logger): Safelist {
  const listed = new Set(manifest.values())
  const logged = createLruMap<true>(MAX_LOGGED)
  return {
    refuses: (text) => mode === 'enforce' && !listed.has(text),
    note: (text, document) => {
      if (listed.has(text)) return
      const sha256 = hashText(text)
      if (logged.get(sha256) !== undefined) return
      logged.set(sha256, true, 1)
      logger.warn({ sha256, operation: withoutValues(document) }, 'operation is not on the safelist')
    },
  }
}

/** An operation as text, its values left out: they may be customers' words. */
function withoutValues(document: DocumentNode): string {
  const text = visit(document, {
    [Kind.STRING]: (node) => ({ ...node, value: '…', block: false }),
    [Kind.INT]: (node) => ({ ...node, value: '0' }),
    [Kind.FLOAT]: (node) => ({ ...node, value: '0' }),
  })
  return print(text).slice(0, MAX_LOGGED_CHARS)
}
