import { story } from './story.ts'
import type { Story } from './story.ts'

/** Conversations about what was ordered: where it is, whether it is right, how it goes back. */
export const orderStories: readonly Story[] = [
  story(
    'Shipping',
    'Where is my order?',
    'en',
    `
    C: Hi, my order {order} still says "in transit" after {days} days. Where is it?|Hello! I ordered the {product} last week (order {order}) and tracking has not moved since. Can you check?|Order {order} was meant to arrive on Tuesday. {carrier} tracking {tracking} shows nothing new.
    B: I can see order {order} was handed to {carrier} under {tracking}. Its last scan was {days} days ago. I am passing you to a person who can open a trace.
    A: Hi {name}, {agent} here. I have opened a trace with {carrier} for {tracking}. They answer within one working day and I will write as soon as they do.|Hello {name}, thanks for waiting. I asked {carrier} to look for parcel {tracking}; I should know more tomorrow.
    C: Thanks. It is a birthday present, so I am a little nervous.|OK, please let me know, I am away from Friday.
    N: {carrier} says the parcel missed the sort in {city} and goes out again tonight. If there is no scan tomorrow, reship without asking.
    A: Good news: {carrier} found it in {city} and it goes out tonight. You should have it the day after tomorrow.
    C: It arrived this morning. Thank you so much, {agent}!|It is here, perfect timing. Thanks!
    A: Wonderful, enjoy the {product}! I will close this, but just answer here if anything is off.
    `,
  ),
  story(
    'Refund',
    'Refund not received',
    'en',
    `
    C: I sent back the {product} two weeks ago (order {order}) and the refund of {amount} is still missing.|When will I get my {amount} back for order {order}? The return was delivered {days} days ago.
    A: Hi {name}, I am sorry about the wait. I see your return arrived in our warehouse in {city}. Let me check with the payments team.
    N: Return booked, refund stuck because the card expired. Needs a manual bank transfer. @payments please.
    A: The card you paid with has expired, so the refund of {amount} came back to us. Could you send the name on the account you would like it paid to? We will send you a secure form for the number.
    C: Ah, that explains it. I got a new card in spring. I filled in the form just now.|Done, I sent the form.
    A: Thank you. The transfer of {amount} goes out today and takes two to three working days.
    C: Received, thanks!
    `,
  ),
  story(
    'Damaged item',
    'Arrived broken',
    'en',
    `
    C: My {product} came with a crack right through it. Order {order}. Photos attached.|The box was crushed and the {product} inside is broken :( order {order}
    B: I am sorry to hear that. A photo of the item and of the box helps us to settle this quickly.
    C: Here are two photos, one of the box and one of the {product}.
    A: Oh no, that should not happen. I can send a new {product} today or refund {amount}, whichever you prefer. No need to send the broken one back.
    C: A replacement please, I really like it.|I would rather have the refund.
    A: Done, {name}. You will get a mail with the details in a few minutes. I have also told {carrier} about the box.
    `,
  ),
  story(
    'Exchange',
    'Wrong size',
    'en',
    `
    C: The {product} is one size too small. Can I exchange it? Order {order}.|Hi! Could I swap my {product} for the next size up? I have not worn it.
    A: Of course, {name}! Which size would you like? I will hold one for you right away.
    C: Large please.|One size up would be great.
    A: I have put one aside and mailed you a label for {carrier}. The new one leaves {city} as soon as the first is scanned.
    C: Super easy, thanks.
    `,
  ),
  story(
    'Cancellation',
    'Please cancel my order',
    'en',
    `
    C: Can you cancel order {order} please? I ordered the {product} twice by mistake.|I need to cancel order {order}, I used the wrong address.
    B: Order {order} is being packed. I am asking the warehouse whether it can still be stopped.
    A: Hi {name}, we caught it just in time. Order {order} is cancelled and {amount} goes back to your card in three to five days.
    C: Great, thank you!
    `,
  ),
  story(
    'Wrong item',
    'Not what I ordered',
    'en',
    `
    C: I ordered a {product} and got something else entirely. Order {order}.|The parcel for {order} has somebody else's order in it. It even has another name on the slip!
    A: Hi {name}, I am sorry, two parcels were swapped at our packing table. Yours is on its way to you now. Could you keep the other one until {carrier} picks it up?
    C: Sure, when will they come?
    A: Tomorrow between 9 and 13. If that does not suit you, tell me and I will move it.
    N: Swapped with the neighbouring order. Warehouse in {city} informed, second customer contacted.
    C: Tomorrow is fine.
    A: All picked up, and your {product} was delivered an hour ago. I added a voucher of {amount} for the trouble.
    `,
  ),
  story(
    'Shipping',
    'Delivered, but not here',
    'en',
    `
    C: {carrier} says my parcel {tracking} was delivered yesterday but there is nothing here.|Tracking says "left in a safe place". There is no safe place. Where is my {product}?
    A: I am sorry, {name}. Sometimes drivers scan a few hours early. Could you look around the house and ask next door, and tell me tomorrow whether it turned up?
    C: I asked everybody on the floor. Nothing.
    N: Third claim for this driver in {city} this month, added to the carrier incident.
    A: Then it is lost, and that is on us and not on you. A new {product} leaves today with signature on delivery.
    C: Thank you, that is very fair.
    `,
  ),
  story(
    'Stock',
    'Back in stock?',
    'en',
    `
    C: Do you know when the {product} will be back in stock?|Will there be more of the {product} in green before the holidays?
    B: The {product} is expected back in about {days} days. Shall I let you know when it is here?
    C: Yes please!
    `,
  ),
]
