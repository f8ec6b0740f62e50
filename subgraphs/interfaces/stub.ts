import type { Kind } from '../../store/kinds.ts'

/** As much of a record as this subgraph tells: which it is. The provider's subgraph answers for the rest. */
export interface Stub {
  readonly kind: Kind
  readonly provider: string
  /** The row's id. */
  readonly id: string
}

/** Kinds that clients see by an interface. */
export const STUB_KINDS = ['agent', 'team', 'tag', 'company', 'contact', 'conversation', 'ticket', 'message'] as const
export type StubKind = (typeof STUB_KINDS)[number]

/** Whether clients see a kind by an interface. */
export const isStubKind = (kind: string): kind is StubKind => STUB_KINDS.some((each) => each === kind)
