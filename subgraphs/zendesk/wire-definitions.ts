import { z } from 'zod'
import { wireId, wireText, wireTime } from '../../kit/wire.ts'

const dated = { created_at: wireTime, updated_at: wireTime }

/** A field of tickets; those that every account has are among them. Source: schema `TicketFieldObject`. */
export const wireField = z.looseObject({
  ...dated,
  id: wireId,
  type: z.string(),
  title: z.string(),
  /** Of fields of people and organizations; those of tickets go by their id. */
  key: wireText,
  active: z.boolean().nullish(),
  position: z.number().nullish(),
  custom_field_options: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
})
export type FieldWire = z.output<typeof wireField>

/** Source: schema `TicketFormObject`. */
export const wireForm = z.looseObject({
  ...dated,
  id: wireId,
  name: z.string(),
  active: z.boolean().nullish(),
  position: z.number().nullish(),
})

/** A finer standing than `status`; each is of one category. Source: schema `CustomStatusObject`. */
export const wireCustomStatus = z.looseObject({
  ...dated,
  id: wireId,
  agent_label: z.string(),
  active: z.boolean().nullish(),
})

/** Source: schema `BrandObject`. */
export const wireBrand = z.looseObject({ ...dated, id: wireId, name: z.string(), active: z.boolean().nullish() })

/** Source: schema `SLAPolicyObject`. */
export const wirePolicy = z.looseObject({
  ...dated,
  id: wireId,
  title: z.string(),
  position: z.number().nullish(),
})
