import { story } from './story.ts'
import type { Story } from './story.ts'

/** Conversations in other languages than English. */
export const storiesAbroad: readonly Story[] = [
  story(
    'Shipping',
    '¿Dónde está mi pedido?',
    'es',
    `
    C: Hola, mi pedido {order} todavía no ha llegado y ya han pasado {days} días.|Buenas, ¿me podéis decir dónde está el pedido {order}? El seguimiento {tracking} no se mueve.
    A: Hola {name}, soy {agent}. Lo acabo de consultar con {carrier}: el paquete está en {city} y sale mañana a reparto.
    C: Perfecto, muchas gracias. ¿Sabes a qué hora más o menos?
    A: Entre las 10 y las 14 h. Si no te viene bien, dímelo y lo cambio.
    C: Ya ha llegado, ¡gracias!
    `,
  ),
  story(
    'Refund',
    'Devolución',
    'es',
    `
    C: Quiero devolver el artículo "{product}" del pedido {order}. ¿Cómo lo hago?
    B: Puedes imprimir la etiqueta desde tu cuenta. Tienes 30 días desde la entrega.
    C: No encuentro la etiqueta, la página se queda en blanco.
    A: Te la he enviado por correo, {name}. En cuanto llegue el paquete te devolvemos {amount}.
    C: Recibida. Gracias por la ayuda.
    `,
  ),
  story(
    'Damaged item',
    'Ware beschädigt',
    'de',
    `
    C: Guten Tag, mein Artikel „{product}“ aus der Bestellung {order} kam leider zerbrochen an. Was nun?|Hallo, der Karton war eingedrückt und „{product}“ ist kaputt. Bestellung {order}.
    A: Guten Tag {name}, das tut mir leid! Möchten Sie lieber Ersatz oder die {amount} zurück?
    C: Ersatz bitte. Muss ich das kaputte Stück zurückschicken?
    A: Nein, das ist nicht nötig. Der Ersatz geht heute mit {carrier} raus, Sendungsnummer {tracking}.
    N: Schon der zweite Fall mit dieser Verpackung, bitte an das Lager in {city} weitergeben.
    C: Ist heute angekommen, alles heil. Vielen Dank!
    `,
  ),
  story(
    'Invoice',
    'Rechnung fehlt',
    'de',
    `
    C: Ich brauche für die Bestellung {order} noch eine Rechnung mit ausgewiesener Mehrwertsteuer.
    B: Rechnungen liegen im Kundenkonto unter „Bestellungen“.
    C: Dort steht nur „wird erstellt“, seit {days} Tagen.
    A: Danke für den Hinweis, {name}. Die Rechnung über {amount} ist jetzt da und auch per Mail unterwegs. Grüße, {agent}
    `,
  ),
  story(
    'Exchange',
    'Échange de taille',
    'fr',
    `
    C: Bonjour, la taille de l’article « {product} » ne me va pas. Est-ce que je peux l’échanger ? Commande {order}.|Bonjour ! Je me suis trompée de taille (commande {order}), un échange est-il possible ?
    A: Bonjour {name}, bien sûr ! Quelle taille souhaitez-vous ?
    C: La taille au-dessus, s’il vous plaît.
    A: C’est noté. L’étiquette de retour {carrier} est dans votre boîte mail et la nouvelle taille part de {city} demain.
    C: Impeccable, merci beaucoup !
    `,
  ),
  story(
    'Payment',
    'Paiement refusé',
    'fr',
    `
    C: Mon paiement de {amount} est refusé alors que ma carte fonctionne partout ailleurs.
    B: Votre banque a demandé une confirmation qui a expiré. Vous pouvez réessayer depuis votre panier.
    C: J’ai réessayé trois fois, toujours la même erreur.
    A: Bonjour {name}, je vous ai envoyé un lien de paiement sécurisé qui passe par un autre prestataire.
    C: Ça marche avec le lien, merci {agent} !
    `,
  ),
  story(
    'Login',
    'Não consigo entrar',
    'pt',
    `
    C: Oi! Não consigo entrar na minha conta, o e-mail de recuperação não chega.|Bom dia, esqueci a senha e o link de recuperação dá erro.
    A: Oi {name}, aqui é {agent}. Acabei de liberar seu e-mail e mandei um link novo. Pode tentar?
    C: Agora deu certo! Muito obrigado.
    `,
  ),
  story(
    'Shipping',
    'Pacco in ritardo',
    'it',
    `
    C: Buongiorno, il mio ordine {order} risulta in transito da {days} giorni. Potete verificare?
    A: Buongiorno {name}, ho aperto una verifica con {carrier}. Il pacco {tracking} è a {city} e arriva domani.
    C: Grazie mille, gentilissimi.
    C: Arrivato, tutto bene!
    `,
  ),
  story(
    'Product question',
    'Vraag over een product',
    'nl',
    `
    C: Hoi, is de "{product}" ook geschikt voor buiten?
    B: Ik heb het niet zeker kunnen vinden. Een collega kijkt even mee.
    A: Hoi {name}, ja hoor, maar zet hem bij vorst wel binnen. Groetjes, {agent}
    C: Duidelijk, dank je wel!
    `,
  ),
]
