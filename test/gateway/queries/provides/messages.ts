import type { TestSubgraph } from '../../graph.ts'
import { messages, type Medium, type Sender } from './data.ts'

type Message = (typeof messages)[number]

/** What it provides on some ways and not on others: marked, so that it shows which way was taken. */
const nameless = (sender: Sender | undefined) => sender && { id: sender.id }
const untitled = (medium: Medium | undefined) => medium && { __typename: medium.__typename, id: medium.id }

/** Owns messages; provides of senders and media what it happens to have. */
export const messagesSubgraph: TestSubgraph = {
  name: 'messages',
  typeDefs: `
    type Query {
      messages: [Message!]!
      newest: Message @provides(fields: "sender { name team { title lead { name } } }")
    }
    type Message @key(fields: "id") {
      id: ID!
      sender: Sender
      attachment: Medium @provides(fields: "... on Image { title width } ... on Film { title }")
      preview: Preview @provides(fields: "... on Image { title } ... on Film { seconds }")
      all: [Medium!]!
    }
    type Sender @key(fields: "id") { id: ID! name: String! @external team: Team! @external }
    type Team { title: String! @external lead: Lead! @external }
    type Lead { name: String! @external }
    interface Medium { id: ID! title: String! }
    union Preview = Image | Film
    type Image implements Medium @key(fields: "id") { id: ID! title: String! @external width: Int! @external }
    type Film implements Medium @key(fields: "id") { id: ID! title: String! @external seconds: Int! @external }
  `,
  resolvers: {
    Query: {
      messages: () => messages.map((message) => ({ ...message, sender: nameless(message.sender) })),
      newest: () => messages[1],
    },
    Message: {
      __resolveReference: ({ id }: Message) => {
        const message = messages.find((each) => each.id === id)
        return message && { ...message, sender: nameless(message.sender) }
      },
      all: ({ all }: Message) => all.map(untitled),
      preview: ({ preview }: Message) => preview,
    },
    Medium: { __resolveType: ({ __typename }: Medium) => __typename },
    Preview: { __resolveType: ({ __typename }: Medium) => __typename },
  },
}
