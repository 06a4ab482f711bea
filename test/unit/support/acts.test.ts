import type { AnswerLanguage } from '../../../src/support/language/languages';
import { mayFollow, retracts, withoutRefused } from '../../../src/support/understanding/acts';

describe('what a message refuses', () => {
  it.each<[AnswerLanguage, string, string]>([
    ['de', 'Bitte nicht stornieren, ich will nur die Adresse ändern', 'Adresse ändern'],
    ['fr', "Surtout n'annulez pas ma commande, je veux juste changer l'adresse", "changer l'adresse"],
    ['es', 'No quiero devolver el taladro. Pregunto cuánto vale ahora', 'cuánto vale ahora'],
    ['ja', '返品したいわけじゃなくて、今の値段が知りたいだけです', '今の値段が知りたい'],
    ['en', "don't cancel it, change the address", 'change the address'],
    ['zh', '不要取消订单，我想改地址', '改地址'],
  ])('is left out of what it asks: %s %s', (language, text, kept) => {
    const { isRefusal, asks, rest } = withoutRefused(text, language);
    expect([isRefusal, asks]).toEqual([true, true]);
    expect(rest).toContain(kept);
  });

  it.each<[AnswerLanguage, string]>([
    ['de', 'Bitte stornieren Sie meine Bestellung nicht.'],
    ['fr', 'Je ne veux pas annuler ma commande.'],
    ['es', 'No canceles mi pedido, por favor.'],
    ['ja', 'キャンセルしないでください。'],
    ['de', 'Ich will keine Rückerstattung'],
    ['de', 'bitte keine Stornierung'],
    ['fr', "Je n'ai pas envie d'annuler ma commande"],
    ['fr', "N'annulez pas"],
    ['fr', "J'ai décidé de ne pas annuler ma commande"],
    ['fr', 'La commande qui est en route ne doit pas être annulée'],
    ['de', 'Ich habe entschieden die Bestellung nicht zu stornieren'],
    ['de', 'Die Bestellung die ich gestern aufgegeben habe soll nicht storniert werden'],
    ['es', 'No tengo intención de devolverlo'],
    ['ja', '返品はしません'],
  ])('is all that it says: %s %s', (language, text) => {
    expect(withoutRefused(text, language)).toMatchObject({ isRefusal: true, asks: false });
  });

  it.each<[AnswerLanguage, string]>([
    ['de', 'Vergessen Sie nicht, meine Bestellung zu stornieren'],
    ['de', 'Warum stornieren Sie nicht einfach meine Bestellung?'],
    ['fr', "N'oubliez pas d'annuler ma commande"],
    ['es', 'No olviden cancelar mi pedido'],
    ['de', 'Ist mein Paket noch nicht da?'],
    ['es', 'abrí el chocolate y no me gusta nada, ¿se puede devolver?'],
    ['ja', 'オペレーターにつないでください'],
    ['de', 'Ich habe noch keine Rückerstattung erhalten'],
    ['de', 'Es passt nicht und ich möchte es zurückschicken'],
    ['de', 'Kann ich es ohne Originalverpackung zurückschicken'],
    ['de', 'Die Jacke gefällt mir nicht, ich will eine Rückerstattung'],
    ['fr', "Mon remboursement n'est pas arrivé"],
    ['fr', "Je n'ai pas reçu mon remboursement"],
    ['fr', 'Ce pull ne me va pas, je veux le retourner'],
    ['es', 'No me ha llegado el reembolso'],
    ['es', 'No he recibido la devolución del dinero'],
    ['es', 'quiero devolverlo porque no me queda'],
    ['ja', 'サイズが合わないので返品したい'],
    ['ja', 'まだ返金されていません'],
    ['ja', '返金が届かない'],
  ])('is nothing if the negation is polite, or asks: %s %s', (language, text) => {
    expect(withoutRefused(text, language)).toMatchObject({ isRefusal: false, rest: text });
  });
});

describe('the intent of a message that refuses something', () => {
  const follows = (language: AnswerLanguage, text: string, intent: string) =>
    mayFollow(intent, withoutRefused(text, language), language, false);

  it.each<[AnswerLanguage, string, string]>([
    ['de', 'nicht stornieren! Ich will nur die Rahmengröße ändern', 'change-order'],
    ['es', 'No quiero cancelarlo!! sólo que lo mandéis a otra dirección', 'change-order'],
    ['ja', 'キャンセルはしないでください。届け先だけ変えたいんです', 'change-order'],
    ['fr', 'Je ne veux pas annuler, je veux parler à un conseiller', 'speak-to-person'],
    ['de', 'Nicht zurückgeben, ich will nur den Preis wissen', 'product-details'],
  ])('is named by its rest: %s %s', (language, text, intent) => expect(follows(language, text, intent)).toBe(true));

  it.each<[AnswerLanguage, string, string]>([
    ['de', 'nicht stornieren! Ich will nur die Rahmengröße ändern', 'cancel-order'],
    ['fr', "N'annulez pas ma commande, merci de votre aide", 'speak-to-person'],
    ['es', 'No quiero devolver el taladro. Pregunto cuánto vale ahora', 'return-item'],
    ['es', 'No quiero devolver el taladro. Pregunto cuánto vale ahora', 'complaint'],
  ])('is no action that it does not name: %s %s', (language, text, intent) =>
    expect(follows(language, text, intent)).toBe(false),
  );
});

describe('a message that takes the last answer back', () => {
  it.each<[AnswerLanguage, string]>([
    ['en', 'no, not that'],
    ['en', "that's not what I asked"],
    ['de', 'Nein, das meinte ich nicht'],
    ['fr', "ce n'est pas ce que j'ai demandé"],
    ['es', 'no, eso no'],
    ['zh', '不是这个'],
    ['ja', 'そうじゃなくて'],
  ])('is one: %s %s', (language, text) => expect(retracts(text, language)).toBe(true));

  it.each<[AnswerLanguage, string]>([
    ['en', 'no, not that one, the hammer drill'],
    ['de', 'nein, die Bestellung vom Montag'],
    ['en', 'where is my order'],
  ])('is none if it asks for something: %s %s', (language, text) => expect(retracts(text, language)).toBe(false));
});
