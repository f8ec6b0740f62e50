/** One tab that GraphiQL opens on a first visit. */
export interface Example {
  readonly query: string
  readonly variables?: string
}

/** What a newcomer finds: one query, one mutation, one subscription on the Switchboard graph. */
export const examples: readonly Example[] = [
  {
    query: `# The newest conversations of every connected tool: who wrote, and what was said last. Ctrl-Enter runs it.
query LatestConversations {
  conversations(first: 10) {
    totalCount
    nodes {
      id
      subject
      status
      contact {
        name
        email
      }
      company {
        name
      }
      lastMessage {
        text
        authorName
      }
    }
  }
}
`,
  },
  {
    query: `# Answers a conversation, at its provider. Put an id of the first tab into the variables below.
mutation Reply($input: SendMessageInput!) {
  sendMessage(input: $input) {
    message {
      id
      text
      createdAt
    }
    userErrors {
      code
      field
      message
    }
  }
}
`,
    variables: JSON.stringify(
      { input: { conversationId: '', body: 'We are on it.', idempotencyKey: 'graphiql-1' } },
      null,
      2,
    ),
  },
  {
    query: `# Every message as it arrives. Start it, then reply from the second tab in another window.
subscription LiveMessages {
  messageAdded(filter: { type: [REPLY] }) {
    cursor
    message {
      text
      authorName
    }
    conversation {
      id
      contact {
        name
      }
    }
  }
}
`,
  },
]
