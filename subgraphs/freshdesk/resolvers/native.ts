import type { Json } from '../../../store/kinds.ts'
import { textAt } from '../../native.ts'

/** A moment of a native record; null when it is missing or none. */
export function dateAt(native: Json, ...path: readonly string[]): Date | null {
  const text = textAt(native, ...path)
  const at = text === null ? null : new Date(text)
  return at === null || Number.isNaN(at.getTime()) ? null : at
}

/** A list of texts of a native record; what is no text is left out. */
export function textsAt(native: Json, name: string): readonly string[] {
  if (native === null || typeof native !== 'object') return []
  const list: unknown = Reflect.get(native, name)
  return Array.isArray(list) ? list.filter((each) => typeof each === 'string') : []
}
