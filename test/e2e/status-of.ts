/**
 * Asks an address and answers the status. The answer is read to its end: what is left unread keeps its connection, which
 * would be used again long after whoever answered has ended.
 */
export async function statusOf(url: string): Promise<number> {
  const response = await fetch(url)
  await response.arrayBuffer()
  return response.status
}
