import { Field, ID, InputType } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import type { EndpointState } from '../../store/outgoing/endpoints.ts'
import { EVENT_TYPES } from '../../store/outgoing/message.ts'
import type { Services } from '../context.ts'
import { type UserError, userError } from '../interfaces/user-error.ts'
import { WebhookEndpointState } from './endpoint-types.ts'

@InputType()
export class CreateWebhookEndpointInput {
  @Field(() => String, { description: 'It begins with https://, and has no password in it.' })
  readonly url!: string

  @Field(() => String, { defaultValue: '' })
  readonly description!: string

  @Field(() => [String], {
    defaultValue: [],
    description: 'What it is told of, such as `ticket.updated`; empty for everything.',
  })
  readonly eventTypes!: readonly string[]

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Also tell it of history that is read for the first time.',
  })
  readonly includeBackfill!: boolean
}

@InputType()
export class UpdateWebhookEndpointInput {
  @Field(() => ID)
  readonly id!: string

  @Field(() => String, { nullable: true })
  readonly url?: string | null

  @Field(() => String, { nullable: true })
  readonly description?: string | null

  @Field(() => [String], { nullable: true })
  readonly eventTypes?: readonly string[] | null

  @Field(() => Boolean, { nullable: true })
  readonly includeBackfill?: boolean | null

  @Field(() => WebhookEndpointState, { nullable: true })
  readonly state?: EndpointState | null
}

@InputType()
export class WebhookEndpointInput {
  @Field(() => ID)
  readonly id!: string
}

@InputType()
export class ReplayWebhookEventsInput {
  @Field(() => ID)
  readonly endpointId!: string

  @Field(() => GraphQLDateTimeISO, { description: 'Of the first events to send again.' })
  readonly from!: Date

  @Field(() => GraphQLDateTimeISO, { description: 'Events from then on are not sent again.' })
  readonly to!: Date
}

const LONGEST_URL = 2_048
const LONGEST_DESCRIPTION = 500

/** What is wrong with what a person says of an endpoint; null when nothing is. */
export function problemOf(
  services: Pick<Services, 'endpointProblem'>,
  { url, description, eventTypes }: Partial<Pick<UpdateWebhookEndpointInput, 'url' | 'description' | 'eventTypes'>>,
): UserError | null {
  const wrong = url == null ? null : problemOfUrl(services, url)
  if (wrong !== null) return userError('BAD_USER_INPUT', 'url', wrong)
  if (description != null && description.length > LONGEST_DESCRIPTION) {
    return userError('BAD_USER_INPUT', 'description', `expected at most ${LONGEST_DESCRIPTION} letters`)
  }
  const unknown = eventTypes?.find((each) => !EVENT_TYPES.includes(each))
  if (unknown === undefined) return null
  return userError('BAD_USER_INPUT', 'eventTypes', `there are no events of the type ${JSON.stringify(unknown)}`)
}

function problemOfUrl(services: Pick<Services, 'endpointProblem'>, text: string): string | null {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) return 'expected an address that begins with https://'
  if (text.length > LONGEST_URL) return `expected at most ${LONGEST_URL} letters`
  if (url.username !== '' || url.password !== '') return 'expected no name or password in it: messages are signed'
  if (url.hash !== '') return 'expected no part behind #, which is not sent'
  return services.endpointProblem(url)
}
