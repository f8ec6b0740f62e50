import { z } from 'zod'
import { wireUnixTime } from '../../kit/wire.ts'

/** Source: Intercom REST 2.16, schema `data_attribute`. */
export const wireDataAttribute = z.looseObject({
  model: z.enum(['contact', 'company']),
  name: z.string().min(1),
  label: z.string().min(1),
  data_type: z.string(),
  options: z.array(z.string()).nullish(),
  archived: z.boolean().nullish(),
  created_at: wireUnixTime,
  updated_at: wireUnixTime,
})
export type DataAttributeWire = z.output<typeof wireDataAttribute>

/** Source: Intercom REST 2.16, schema `ticket_type_attribute`. */
export const wireTicketAttribute = z.looseObject({
  name: z.string().min(1),
  data_type: z.string(),
  order: z.number().nullish(),
  archived: z.boolean().nullish(),
  created_at: wireUnixTime,
  updated_at: wireUnixTime,
})
export type TicketAttributeWire = z.output<typeof wireTicketAttribute>
