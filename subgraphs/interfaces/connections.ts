import { Agent } from './agent.ts'
import { Company } from './company.ts'
import { Contact } from './contact.ts'
import { Conversation } from './conversation.ts'
import { Message } from './message.ts'
import { connectionOf } from './page.ts'
import { Tag } from './tag.ts'
import { Team } from './team.ts'
import { Ticket } from './ticket.ts'

/** Pages over the interfaces, as the fields of provider types answer them. */
export const connections = {
  agent: connectionOf('Agent', () => Agent),
  team: connectionOf('Team', () => Team),
  tag: connectionOf('Tag', () => Tag),
  company: connectionOf('Company', () => Company),
  contact: connectionOf('Contact', () => Contact),
  conversation: connectionOf('Conversation', () => Conversation),
  ticket: connectionOf('Ticket', () => Ticket),
  message: connectionOf('Message', () => Message),
} as const
