import { commentsOf } from '../acts/audit.ts'
import type { Ticket } from '../records.ts'
import type { World } from '../world.ts'
import { isMessaging } from './ticket.ts'

/** What was said on a ticket as messages, where it came by a messaging channel; private words are comments nevertheless. */
export function renderConversationLog(world: World, ticket: Ticket) {
  const isMessages = isMessaging(ticket)
  return commentsOf(ticket).map(({ audit, comment }) => {
    const author = world.users.get(comment.author_id)
    const isMessage = isMessages && comment.public
    const id = `${isMessage ? 'm' : 'c'}${comment.id}`
    return {
      id,
      type: isMessage ? 'message' : 'comment',
      reference: isMessage ? `zen:sunco:message:${id}` : `zen:comment:${comment.id}`,
      created_at: audit.created_at,
      author: {
        type: author?.role === 'end-user' ? 'user' : 'agent',
        'zen:support:user_id': comment.author_id,
        'zen:sunco:user_id': String(comment.author_id),
      },
      content: { type: 'text', text: comment.plain_body },
      attachments: [],
      metadata: { public: comment.public },
    }
  })
}
