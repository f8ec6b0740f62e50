/** What the bench asks of the process that holds the subscribers. */
export type Order =
  | {
      readonly kind: 'subscribe'
      readonly path: string
      readonly url: string
      readonly sockets: number
      readonly operationsEach: number
    }
  | { readonly kind: 'await'; readonly path: string; readonly events: number }
  | { readonly kind: 'end' }

/** Its answer, once that is done. */
export interface Done {
  /** A digest of all that the first subscriber of the path got so far, frame by frame. */
  readonly digest: string
}
