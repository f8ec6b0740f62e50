import type { Logger } from 'pino'
import type { Manifest } from './manifest.ts'
import { createOperationTexts, type OperationTexts } from './operation-texts.ts'
import { createSafelist, type Safelist, type SafelistMode } from './safelist.ts'

/** Which operations clients may name by an id, and whether others run, too. */
export interface PersistedOptions {
  /** The list of operations; null for none. */
  readonly manifest: Manifest | null
  /** What becomes of operations that are not on the list, where there is one. */
  readonly mode: SafelistMode
  /** Whether an operation that comes with its hash can be asked for by that from then on. */
  readonly automatic: boolean
}

/** No operation has an id, and any may run. */
export const NONE_PERSISTED: PersistedOptions = { manifest: null, mode: 'log', automatic: false }

/** What is known of operations apart from the schema; it outlasts a change of that. */
export interface Persisted {
  readonly texts: OperationTexts
  /** Null where any operation may run. */
  readonly safelist: Safelist | null
}

/** Makes what operations are found by and held against. */
export function createPersisted({ manifest, mode, automatic }: PersistedOptions, logger: Logger): Persisted {
  return {
    texts: createOperationTexts({ manifest, automatic }),
    safelist: manifest === null ? null : createSafelist(manifest, mode, logger),
  }
}
