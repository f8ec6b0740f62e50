import { type PayloadClasses, payloadOf } from '../acting/payload.ts'
import type { StubKind } from '../interfaces/stub.ts'
import { stubs } from './stubs.ts'

const unified = (name: string, kind: StubKind): PayloadClasses => payloadOf(name, kind, () => stubs[kind].Interface)

/** What the unified mutations answer, by the kind of record that they are about. */
export const payloads = {
  message: unified('MessagePayload', 'message'),
  conversation: unified('ConversationPayload', 'conversation'),
  ticket: unified('TicketPayload', 'ticket'),
  contact: unified('ContactPayload', 'contact'),
  company: unified('CompanyPayload', 'company'),
  agent: unified('AgentPayload', 'agent'),
} as const
