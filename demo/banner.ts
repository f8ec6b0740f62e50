/** What a newcomer is told at the start of the demo. */
export interface BannerFacts {
  readonly url: string
  readonly token: string
  /** The simulated providers that are there. */
  readonly twins: readonly { readonly title: string; readonly url: string }[]
}

/** The addresses, the token, and three things to try. */
export function banner({ url, token, twins }: BannerFacts): string {
  const curl = (query: string): string =>
    `curl -s ${url}/graphql -H 'content-type: application/json' \\\n` +
    `     -H 'authorization: Bearer ${token}' \\\n` +
    `     -d '${JSON.stringify({ query })}'`
  const simulated = twins.map((twin) => `\n  ${`Simulated ${twin.title}`.padEnd(20)}${twin.url}/__twin`).join('')
  return `
Switchboard is up.

  GraphQL             ${url}/graphql   (HTTP and WebSocket)
  GraphiQL            ${url}/graphiql#token=${token}${simulated}
  Token               ${token}

Try, here or in GraphiQL:

  1. A query: the newest tickets of every desk, with who wrote and what was said last

     ${curl('{ tickets(first: 5) { totalCount nodes { id subject status contact { name email } lastMessage { text authorName } integration { name } ... on FreshdeskTicket { statusLabel } ... on ZendeskTicket { form { name } } } } }')}

  2. A mutation: answer one of them (put its id in the place of TICKET)

     ${curl('mutation { sendMessage(input: { ticketId: "TICKET", body: "We are on it.", idempotencyKey: "try-1" }) { message { id text createdAt } userErrors { code field message } } }')}

  3. A subscription: what is said, as it is said (paste into GraphiQL)

     subscription { messageAdded(filter: { type: [REPLY] }) { cursor message { text authorName } conversation { id contact { name } } ticket { id subject contact { name } } } }
`
}
