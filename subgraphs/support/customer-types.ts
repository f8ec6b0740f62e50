import { Directive, Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import type { Evidence } from '../../store/identity/evidence.ts'
import type { TimelineKind } from '../../store/identity/timeline.ts'
import { connectionOf } from '../interfaces/page.ts'
import { Node } from '../interfaces/node.ts'
import { Provider } from '../interfaces/provider.ts'

const LinkEvidence: { readonly [E in Evidence]: E } = {
  MEMBER: 'MEMBER',
  EXTERNAL_ID: 'EXTERNAL_ID',
  VERIFIED_EMAIL: 'VERIFIED_EMAIL',
  PHONE: 'PHONE',
  UNVERIFIED_EMAIL: 'UNVERIFIED_EMAIL',
}
registerEnumType(LinkEvidence, {
  name: 'LinkEvidence',
  description: 'Why two contacts are, or may be, one person.',
  valuesConfig: {
    MEMBER: { description: 'A member said so.' },
    EXTERNAL_ID: { description: 'Our own systems know both by one key.' },
    VERIFIED_EMAIL: { description: 'Both have one address, and both tools say that it is theirs.' },
    PHONE: { description: 'Both have one number.' },
    UNVERIFIED_EMAIL: {
      description: 'Both have one address that not both have proven: enough to suggest, not to link.',
    },
  },
})

const LinkAct = { LINKED: 'LINKED', UNLINKED: 'UNLINKED' } as const
registerEnumType(LinkAct, { name: 'LinkAct', description: 'What was done to who is one person.' })

const TimelineType: { readonly [K in Uppercase<TimelineKind>]: Lowercase<K> } = {
  CONVERSATION: 'conversation',
  TICKET: 'ticket',
  MESSAGE: 'message',
  RATING: 'rating',
}
registerEnumType(TimelineType, { name: 'TimelineType', description: 'What a timeline holds.' })
export { TimelineType }

@Directive('@key(fields: "id")')
@ObjectType('Customer', {
  implements: Node,
  simpleResolvers: true,
  description: 'One person, whichever tools know them: their contacts brought together.',
})
export class Customer {
  @Field(() => ID, {
    description: 'Global and opaque; an id that a customer once had finds whoever the customer is part of now.',
  })
  readonly id!: string

  @Field(() => String, { nullable: true })
  readonly name!: string | null

  @Field(() => [String], { description: 'Of all contacts, each once, in lower case.' })
  readonly emails!: readonly string[]

  @Field(() => [String], { description: 'Of all contacts, each once: E.164 where the country is known.' })
  readonly phones!: readonly string[]

  @Field(() => String, { nullable: true })
  readonly avatarUrl!: string | null

  @Field(() => [Provider], { description: 'The tools that know them.' })
  readonly providers!: readonly string[]

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When the first of the contacts began.' })
  readonly createdAt!: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When any of the contacts changed last.' })
  readonly updatedAt!: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When any of the tools saw them last.' })
  readonly lastSeenAt!: Date | null
}

/** Pages of customers. */
export const customerPages = connectionOf('Customer', () => Customer)

@ObjectType({ simpleResolvers: true, description: 'What holds two contacts of a customer together.' })
export class CustomerLink {
  @Field(() => LinkEvidence)
  readonly evidence!: Evidence

  @Field(() => String, { nullable: true, description: 'What both have; null when a member linked them.' })
  readonly value!: string | null

  @Field(() => Float, { description: 'How sure it is, from 0 to 1.' })
  readonly confidence!: number

  @Field(() => GraphQLDateTimeISO, {
    description: 'When the member did, or when both were seen to have it.',
  })
  readonly madeAt!: Date
}

/** Pages of links. */
export const linkPages = connectionOf('CustomerLink', () => CustomerLink)

@ObjectType({ simpleResolvers: true, description: 'A contact of another customer that might be the same person.' })
export class SuggestedLink {
  @Field(() => LinkEvidence)
  readonly evidence!: Evidence

  @Field(() => String, { description: 'What both have.' })
  readonly value!: string

  @Field(() => Float, { description: 'How sure it is, from 0 to 1.' })
  readonly confidence!: number

  @Field(() => Int, {
    nullable: true,
    description: 'How many contacts have it, counted up to 1,000, when they are too many for it to tell much.',
  })
  readonly sharedBy!: number | null
}

/** Pages of suggestions. */
export const suggestionPages = connectionOf('SuggestedLink', () => SuggestedLink)

@ObjectType({ simpleResolvers: true, description: 'Something that was done to who is one person.' })
export class CustomerAct {
  @Field(() => LinkAct)
  readonly type!: string

  @Field(() => LinkEvidence, { nullable: true, description: 'Why they were linked; null for what was taken apart.' })
  readonly evidence!: Evidence | null

  @Field(() => GraphQLDateTimeISO)
  readonly at!: Date
}

/** Pages of history. */
export const actPages = connectionOf('CustomerAct', () => CustomerAct)

@ObjectType({
  simpleResolvers: true,
  description: 'Something that happened with a customer; of the four things that it may be, the one that it is.',
})
export class TimelineItem {
  @Field(() => TimelineType)
  readonly type!: string

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'Null where the provider does not tell.' })
  readonly at!: Date | null
}

/** Pages of timelines. */
export const timelinePages = connectionOf('TimelineItem', () => TimelineItem)

@InputType('CustomerFilter')
export class CustomerFilter {
  @Field(() => [Provider], { nullable: true, description: 'Known by any of these.' })
  readonly providers?: readonly string[] | null

  @Field(() => String, {
    nullable: true,
    description: 'Holds words that begin like these: in names, addresses, numbers.',
  })
  readonly query?: string | null

  @Field(() => String, { nullable: true, description: 'Exactly this address, whatever the case.' })
  readonly email?: string | null

  @Field(() => Boolean, { nullable: true, description: 'Whether they have several contacts.' })
  readonly linked?: boolean | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'From this time on.' })
  readonly createdAfter?: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'Before this time.' })
  readonly createdBefore?: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'Seen from this time on.' })
  readonly lastSeenAfter?: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'Not seen since this time.' })
  readonly lastSeenBefore?: Date | null
}
