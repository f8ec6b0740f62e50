import { createLruMap } from '../lru.ts'

/** Remembers, for what clients accept, as which media type Apollo Server answers. */
export interface MediaTypes {
  /** Undefined for what was not learned, and for a client that does not say what it accepts. */
  find(accept: string | undefined): string | undefined
  learn(accept: string | undefined, mediaType: string | undefined): void
}

/** Characters of headers to remember: clients are many, their kinds are few. */
const MAX_REMEMBERED = 20_000

/** Makes a memory of media types. Apollo Server reads the header anew for every answer, which takes 3 % of a small query. */
export function createMediaTypes(): MediaTypes {
  const learned = createLruMap<string>(MAX_REMEMBERED)
  return {
    find: (accept) => (accept === undefined ? undefined : learned.get(accept)),
    learn: (accept, mediaType) => {
      if (accept !== undefined && mediaType !== undefined) learned.set(accept, mediaType, accept.length)
    },
  }
}
