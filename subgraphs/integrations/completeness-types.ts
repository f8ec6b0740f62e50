import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import type { AuditMethod as StoredMethod, Completeness as Stored } from '../../store/ledger/completeness.ts'
import type { Compared } from '../../store/ledger/counts.ts'

export const AuditMethod = {
  FULL_PASS: 'FULL_PASS',
  SAMPLE: 'SAMPLE',
} as const satisfies Record<StoredMethod, StoredMethod>
registerEnumType(AuditMethod, {
  name: 'AuditMethod',
  description: 'By what a mirror is held against its provider.',
  valuesConfig: {
    FULL_PASS: { description: 'A list of every record.' },
    SAMPLE: {
      description:
        'A list that leaves some out, and the provider’s own count: what is held and not listed is asked for by itself.',
    },
  },
})

export const AuditState = { RUNNING: 'RUNNING', DONE: 'DONE', FAILED: 'FAILED' } as const satisfies Record<
  Stored['state'],
  Stored['state']
>
registerEnumType(AuditState, {
  name: 'AuditState',
  description: 'How the newest audit of a stream goes, or how it ended.',
  valuesConfig: {
    RUNNING: { description: 'It goes on, now or when the provider lets it: the counts are of the last whole one.' },
    DONE: { description: 'It went through.' },
    FAILED: { description: 'The provider refused it; the next one begins anew. The counts are of the last whole one.' },
  },
})

@ObjectType('MissingRecord', {
  simpleResolvers: true,
  description: 'A record that is not held as it stands at the provider.',
})
export class MissingRecord {
  @Field(() => String, { description: 'The provider’s own id of it.' })
  readonly remoteId!: string

  @Field(() => String, { description: 'Why it could not be read.' })
  readonly reason!: string
}

@ObjectType('CountedRecords', {
  simpleResolvers: true,
  description:
    'What the provider’s own counter said between audits, beside what was held of what stood at that time. It proves nothing whole: where the two are apart for no reason, the next audit begins earlier.',
})
export class CountedRecords {
  @Field(() => Int, { description: 'Records that the provider counted.' })
  readonly expected!: number

  @Field(() => Int, { description: 'Records that were held.' })
  readonly held!: number

  @Field(() => Int, {
    description:
      'How many more the provider counted than is explained by what came or went about that time, and by what it counts otherwise for good, as an audit has shown. Less than 0: it counted fewer.',
  })
  readonly apart!: number

  @Field(() => GraphQLDateTimeISO, { description: 'The moment that both are of.' })
  readonly at!: Date
}

@ObjectType('Completeness', {
  simpleResolvers: true,
  description:
    'How complete the mirror of one kind of list is, by its last whole audit. Null counts: there was none yet.',
})
export class Completeness {
  @Field(() => String)
  readonly stream!: string

  @Field(() => String, { description: 'What its records are: `contact`, `ticket`, …' })
  readonly kind!: string

  @Field(() => AuditMethod, { nullable: true, description: 'Null where the provider has no list to go by.' })
  readonly method!: StoredMethod | null

  @Field(() => AuditState, { nullable: true, description: 'Null before the first audit.' })
  readonly state!: Stored['state'] | null

  @Field(() => String, { nullable: true, description: 'Why the newest audit FAILED.' })
  readonly error!: string | null

  @Field(() => Int, { nullable: true, description: 'Records that stand at the provider, as far as can be known.' })
  readonly expected!: number | null

  @Field(() => Int, { nullable: true, description: 'Records that are held.' })
  readonly held!: number | null

  @Field(() => Int, {
    nullable: true,
    description: 'Records that are not held, or not as they stand at the provider. What was read since counts no more.',
  })
  readonly missing!: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'What is not missing, of what is expected: 100 only when nothing is missing.',
  })
  readonly percent!: number | null

  @Field(() => Int, {
    nullable: true,
    description: 'Held records that the list left out and that wait to be asked for: they may be gone.',
  })
  readonly unconfirmed!: number | null

  @Field(() => Int, {
    nullable: true,
    description: 'Records that the last whole audit found missing, old or gone, and made good.',
  })
  readonly healed!: number | null

  @Field(() => CountedRecords, {
    nullable: true,
    description:
      'By the provider’s own counter, asked once an hour. Null where it has none that counts the same, and before the first comparison.',
  })
  readonly counted!: Compared | null

  @Field(() => [MissingRecord], { description: 'At most ten of those that are missing.' })
  readonly examples!: readonly MissingRecord[]

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When the newest audit began.' })
  readonly startedAt!: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When the last whole audit ended.' })
  readonly lastAuditedAt!: Date | null
}
