import { story } from './story.ts'
import type { Story } from './story.ts'

/** Conversations about accounts, payment, invoices and products in use. */
export const accountStories: readonly Story[] = [
  story(
    'Login',
    'Cannot sign in',
    'en',
    `
    C: I cannot log in any more. The reset mail never arrives.|Your site says my password is wrong and the reset link is "expired" the second I click it.
    B: I have sent a new reset link. It is good for one hour; the mail may be in your spam folder.
    C: Still nothing, and yes I looked in spam.
    A: Hi {name}, {agent} here. Your mail host rejected our last two mails. I have lifted the block and sent a new link just now. Does it arrive?
    C: It did! I am in. Thanks a lot.|Yes, got it. Finally :)
    `,
  ),
  story(
    'Payment',
    'Charged twice',
    'en',
    `
    C: You charged me {amount} twice for order {order}!|There are two payments of {amount} on my statement but I only have one order ({order}).
    A: Hi {name}, I understand the worry. One of the two is a reservation that your bank lets go by itself, usually within {days} days. I can see only one payment on our side.
    C: My bank says it is a real payment. I can send the statement.
    N: Checked with the payment provider: second capture went through after a timeout. Refund issued by hand, incident filed.
    A: You were right and I was wrong: the second one was taken because of a timeout on our side. I have refunded {amount} and it will be on your account in three days. I am sorry.
    C: Thank you for looking again. Money is back.
    `,
  ),
  story(
    'Invoice',
    'VAT invoice needed',
    'en',
    `
    C: Could I have a VAT invoice for order {order}? It has to be made out to our company.|We need the invoice for {order} with our VAT number on it for accounting.
    A: Certainly. Please send me the full company name, the address and the VAT number.
    C: Sent by form. Can it be dated this month?
    A: The invoice carries the date of delivery, that is the law, but you will have it in your inbox within the hour.
    C: Understood, thanks for the quick help.
    `,
  ),
  story(
    'Discount',
    'Voucher does not work',
    'en',
    `
    C: My voucher code says "not valid for these items". Why?|WELCOME10 does not work for me.
    B: WELCOME10 is for first orders above {amount}. Is there anything else I can check?
    C: This IS my first order.
    A: Hi {name}, your basket holds a {product}, which is already reduced, and vouchers do not add up. I can take the ten per cent off the full price instead, which is a little better for you. Shall I?
    C: Yes, do that please!
    A: Done, reload your basket and you will see it.
    `,
  ),
  story(
    'Product question',
    'Which one should I buy?',
    'en',
    `
    C: Is the {product} fine in the dishwasher?|Does the {product} come with a spare part, or do I need to order that too?|How heavy is the {product} really? The page gives two numbers.
    B: I found a care guide for the {product}, but I am not certain it answers you. A colleague will have a look.
    A: Good question, {name}. I went down to the shelf and looked: it does, and you need nothing else. I have asked for the page to be corrected.
    C: Wow, that is service. Ordering now.
    `,
  ),
  story(
    'Complaint',
    'Very disappointed',
    'en',
    `
    C: This is the third time I write about order {order}. Nobody answers. I want to speak to a manager.|Honestly, this is the worst experience I have had with any shop. Order {order}, three weeks, no {product}, no answer.
    A: {name}, you have every reason to be angry. I have read everything you wrote, and I will stay with this until it is solved. The {product} leaves {city} today by courier.
    C: I have heard that before.
    N: VIP, high risk of leaving. Two earlier threads were closed by a rule by mistake. Talked to the floor lead, {amount} goodwill approved.
    A: I know. Here is the courier's number so that you need not take my word for it: {tracking}. And I have refunded {amount} of what you paid.
    C: OK. It came. Thank you for taking it seriously.
    `,
  ),
  story(
    'Wholesale',
    'Order for a company',
    'en',
    `
    C: We would like to order 80 pieces of the {product} for our offices. Do you have a trade price?|Hello, I run a small hotel and need forty of the {product}. Who can I talk to?
    B: Thank you! I am connecting you with our trade team.
    A: Hello {name}, I look after trade customers. For that quantity we can offer {amount} off each, delivered to {city} in {days} days. Shall I send a written offer?
    C: Please do. Can we pay by invoice?
    A: Yes, 30 days. The offer is in your inbox.
    C: Signed and sent back. Looking forward to it.
    `,
  ),
  story(
    'Warranty',
    'Stopped working',
    'en',
    `
    C: My {product} stopped working after two months. Is that covered?|The {product} from order {order} will not switch on any more.
    B: It is covered for two years. Have you tried a reset? Hold the button for ten seconds.
    C: Tried it three times. Dead.
    A: Thank you for trying, {name}. Then we replace it. A new one is on its way, and here is a label to send the old one back within 30 days.
    C: Great, thanks. The new one works.
    `,
  ),
]
