import { story } from './story.ts'
import type { Story } from './story.ts'

/** Calls that somebody at the desk wrote down while they listened, and what came of them. */
export const phoneStories: readonly Story[] = [
  story(
    'Delivery date',
    'Called about a delivery date',
    'en',
    `
    C: {name} called: order {order} has to be there before the weekend, is that possible?|Caller wants to know whether order {order} still arrives this week. Asks to be called back.
    N: Asked {carrier} about {tracking}: it is on the van of the day after tomorrow.
    A: Hello {name}, {agent} here, as promised on the phone: your parcel comes the day after tomorrow between 10 and 14.
    C: Thanks for calling back so quickly, that works.
    `,
  ),
  story(
    'Address change',
    'Wants another delivery address',
    'en',
    `
    C: {name} is moving to {city} and asks to have order {order} sent there instead.|Caller moved last week, the {product} would go to the old flat. New address given on the phone.
    A: I have changed the address of order {order}, {name}. You will get a new confirmation by mail.
    N: Label reprinted, old one destroyed.
    `,
  ),
  story(
    'Complaint',
    'Caller is upset about waiting times',
    'en',
    `
    C: {name} waited twenty minutes in the queue to hear that nothing is known about order {order}. Wants somebody responsible.
    N: Called back, was very friendly once the story was told. {amount} goodwill promised by the lead.
    A: Dear {name}, thank you for the talk just now. {amount} are on their way to you, and order {order} leaves {city} today.
    C: I appreciate that you took the time.
    `,
  ),
  story(
    'Spare part',
    'Looking for a spare part',
    'en',
    `
    C: Caller owns a {product} and lost the lid. Do we sell it by itself?|{name} asks for a replacement handle for the {product}, bought two years ago.
    N: Supplier has it, {days} days.
    A: Good news, {name}: we can get the part in {days} days and it costs {amount}. Shall I order it?
    C: Yes please, same address as before.
    A: Ordered. You will get a mail when it leaves.
    `,
  ),
]
