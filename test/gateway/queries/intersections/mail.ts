import type { TestSubgraph } from '../../graph.ts'
import { echo, passes, tickets, type Filter, type Ticket } from './data.ts'

/** Filters its mails by the same input, of which it takes less; answers an enum that has more values than the desk's. */
export const mailSubgraph: TestSubgraph = {
  name: 'mail',
  typeDefs: `
    type Query { mails(filter: Filter): Int! folders: [Folder!]! }
    enum Status { OPEN CLOSED }
    enum Folder { INBOX SPAM @inaccessible SENT }
    input Filter { status: Status tags: [String!] and: Filter limit: Int = 10 }
    type Ticket @key(fields: "id") { id: ID! mails(filter: Filter, folder: Folder! = INBOX): [String!]! folder: Folder folders: [Folder]! }
  `,
  resolvers: {
    Query: {
      mails: (_root: unknown, { filter }: { readonly filter?: Filter }) =>
        tickets.filter((each) => passes(each, filter)).length,
      folders: () => ['INBOX', 'SENT'],
    },
    Ticket: {
      __resolveReference: (key: Ticket) => tickets.find(({ id }) => id === key.id),
      mails: ({ id }: Ticket, args: object) => [id, echo(args)],
      folder: ({ status }: Ticket) => (status === 'SPAM' ? 'SPAM' : 'INBOX'),
      folders: () => ['SENT', 'SPAM', null],
    },
  },
}
