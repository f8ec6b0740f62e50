import { plainText } from '../../plain-value.ts'

/** Fields as they were sent. */
export type Fields = Readonly<Record<string, unknown>>

/** Hears what is wrong with a field. */
export type Complain = (field: string, description: string, error?: string) => void

/** Tags as they are kept: in lower case, without spaces, each once. */
export function tagsIn(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split(/[\s,]+/) : []
  const tags = list.map((tag) => plainText(tag).trim().toLowerCase().replaceAll(/\s+/g, '_'))
  return [...new Set(tags.filter((tag) => tag !== ''))].toSorted()
}
