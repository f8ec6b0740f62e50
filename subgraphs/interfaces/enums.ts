import { registerEnumType } from 'type-graphql'
import type {
  AuthorType as AuthorTypeValue,
  Channel as ChannelValue,
  ConversationStatus as ConversationStatusValue,
  LearnedBy as LearnedByValue,
  MessageType as MessageTypeValue,
  Priority as PriorityValue,
  TicketStatus as TicketStatusValue,
} from '../../store/kinds.ts'

/** An enum's values as type-graphql wants them; the compiler proves that none is missing. */
type EnumOf<Value extends string> = { readonly [K in Value]: K }

export const ConversationStatus: EnumOf<ConversationStatusValue> = {
  OPEN: 'OPEN',
  SNOOZED: 'SNOOZED',
  CLOSED: 'CLOSED',
}
registerEnumType(ConversationStatus, {
  name: 'ConversationStatus',
  description: 'Where a conversation stands. `nativeStatus` beside it holds the provider’s own word.',
  valuesConfig: {
    OPEN: { description: 'Somebody has to do something.' },
    SNOOZED: { description: 'Open, but hidden until a time or the customer’s next message.' },
    CLOSED: { description: 'Done, until the customer writes again.' },
  },
})

export const TicketStatus: EnumOf<TicketStatusValue> = {
  NEW: 'NEW',
  OPEN: 'OPEN',
  PENDING: 'PENDING',
  ON_HOLD: 'ON_HOLD',
  SOLVED: 'SOLVED',
  CLOSED: 'CLOSED',
  OTHER: 'OTHER',
}
registerEnumType(TicketStatus, {
  name: 'TicketStatus',
  description: 'Where a ticket stands. `nativeStatus` beside it holds the provider’s own word.',
  valuesConfig: {
    NEW: { description: 'Nobody has looked at it.' },
    OPEN: { description: 'An agent is at it.' },
    PENDING: { description: 'It waits for the customer.' },
    ON_HOLD: { description: 'It waits for somebody else.' },
    SOLVED: { description: 'The agent thinks it is done.' },
    CLOSED: { description: 'Done, and not to be opened again.' },
    OTHER: { description: 'A status of the account’s own; see `nativeStatus`.' },
  },
})

export const Priority: EnumOf<PriorityValue> = {
  NONE: 'NONE',
  LOW: 'LOW',
  MEDIUM: 'MEDIUM',
  HIGH: 'HIGH',
  URGENT: 'URGENT',
  OTHER: 'OTHER',
}
registerEnumType(Priority, {
  name: 'Priority',
  description: 'How pressing it is; `nativePriority` holds the provider’s own word.',
})

export const Channel: EnumOf<ChannelValue> = {
  CHAT: 'CHAT',
  EMAIL: 'EMAIL',
  PHONE: 'PHONE',
  SMS: 'SMS',
  WHATSAPP: 'WHATSAPP',
  MESSENGER: 'MESSENGER',
  INSTAGRAM: 'INSTAGRAM',
  TWITTER: 'TWITTER',
  WEB: 'WEB',
  FORM: 'FORM',
  API: 'API',
  OTHER: 'OTHER',
}
registerEnumType(Channel, {
  name: 'Channel',
  description: 'The way the customer came; `nativeChannel` holds the provider’s own word.',
  valuesConfig: {
    WEB: { description: 'The team’s own pages: a portal, a help centre.' },
    FORM: { description: 'A form or widget on a site.' },
  },
})

export const AuthorType: EnumOf<AuthorTypeValue> = { CONTACT: 'CONTACT', AGENT: 'AGENT', BOT: 'BOT', SYSTEM: 'SYSTEM' }
registerEnumType(AuthorType, {
  name: 'AuthorType',
  description: 'Who wrote a message.',
  valuesConfig: {
    CONTACT: { description: 'The customer.' },
    AGENT: { description: 'A person of the team.' },
    BOT: { description: 'An automation acting by itself.' },
    SYSTEM: { description: 'The provider.' },
  },
})

export const MessageType: EnumOf<MessageTypeValue> = { REPLY: 'REPLY', NOTE: 'NOTE', ACTIVITY: 'ACTIVITY' }
registerEnumType(MessageType, {
  name: 'MessageType',
  description: 'Who is meant to see a message.',
  valuesConfig: {
    REPLY: { description: 'The customer and the team.' },
    NOTE: { description: 'The team only.' },
    ACTIVITY: { description: 'A change of state, told as a message.' },
  },
})

export const ContactRole: EnumOf<'USER' | 'LEAD'> = { USER: 'USER', LEAD: 'LEAD' }
registerEnumType(ContactRole, {
  name: 'ContactRole',
  description: 'Whether our own systems know the contact.',
  valuesConfig: {
    USER: { description: 'Signed up: has an account or an external id.' },
    LEAD: { description: 'Wrote in without an account.' },
  },
})

export const CustomFieldType = {
  TEXT: 'TEXT',
  NUMBER: 'NUMBER',
  BOOLEAN: 'BOOLEAN',
  DATE: 'DATE',
  LIST: 'LIST',
  OTHER: 'OTHER',
} as const
registerEnumType(CustomFieldType, { name: 'CustomFieldType', description: 'What a custom field holds.' })

export const SortDirection = { ASC: 'ASC', DESC: 'DESC' } as const
registerEnumType(SortDirection, {
  name: 'SortDirection',
  description: 'Smallest and oldest first, or greatest and newest first.',
})

export const LearnedBy: EnumOf<LearnedByValue> = {
  WEBHOOK: 'WEBHOOK',
  SYNC: 'SYNC',
  AUDIT: 'AUDIT',
  ACTION: 'ACTION',
  READ: 'READ',
}
registerEnumType(LearnedBy, {
  name: 'LearnedBy',
  description: 'By which way the provider told of a record.',
  valuesConfig: {
    WEBHOOK: { description: 'It pushed a delivery, which told of it or had it read again.' },
    SYNC: { description: 'It was asked for what changed, or for all there is.' },
    AUDIT: { description: 'What is held was held against what stands there.' },
    ACTION: { description: 'We did something there, and it answered.' },
    READ: { description: 'Somebody asked for it to be no older than so much: `freshNode`.' },
  },
})
