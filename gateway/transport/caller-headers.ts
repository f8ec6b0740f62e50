import { traceHeaders } from '../../observe/trace.ts'
import type { Viewer } from '../../store/viewer.ts'
import type { SubgraphRequest } from './transport.ts'

/** Makes the short-lived signed assertion that tells a subgraph who asks. */
export type Assertion = (viewer: Viewer) => Promise<string>

/**
 * The headers that tell a subgraph who asks, and what belongs together: forwarded ones, the assertion where one is
 * expected, the id of the request, and the span under which it is asked.
 */
export async function toCallerHeaders(
  assertion: Assertion | null,
  { viewer, forwarded, requestId }: Pick<SubgraphRequest, 'viewer' | 'forwarded' | 'requestId'>,
): Promise<Record<string, string>> {
  const who = assertion === null ? null : { authorization: `Bearer ${await assertion(viewer)}` }
  return { ...forwarded, ...who, 'x-request-id': requestId, ...traceHeaders() }
}
