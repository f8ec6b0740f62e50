/** What a member of a workspace may do: ANALYST reads, AGENT also answers customers, ADMIN also connects tools, OWNER all. */
export type WorkspaceRole = 'OWNER' | 'ADMIN' | 'AGENT' | 'ANALYST'

/** Who is asking: the outcome of checking an API token. Handed to every subgraph call. */
export interface Viewer {
  readonly workspaceId: string
  readonly memberId: string
  readonly role: WorkspaceRole
  /** The token that was presented, by id; its secret is never kept. */
  readonly tokenId: string
  /** What the token may be used for, by the names that supergraphs have for it; nothing that needs a name when not given. */
  readonly scopes?: readonly string[]
  /** When the token stops being good; null for one that does not end by itself. */
  readonly expiresAt: Date | null
}
