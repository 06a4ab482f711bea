import { letterPairs, nearestCategories } from '../../../src/search/nearest-categories';

const categories = ['Salt', 'Tents', 'Kitchen > Chopping boards', 'Carbon'].map((path) => ({
  path,
  pairsByWord: path
    .toLowerCase()
    .split(/[^a-z]+/)
    .map(letterPairs),
}));
const nearest = (query: string, ...words: string[]) =>
  nearestCategories(query.split(' '), categories, 3, (word) => words.includes(word));

it('are written like a word of the query', () => {
  expect(nearest('slat')).toEqual([]);
  expect(nearest('saltt')).toEqual(['Salt']);
  expect(nearest('chopin bords')).toEqual(['Kitchen > Chopping boards']);
});

it('of a word that is no typo have a form of it', () => {
  expect([nearest('sale'), nearest('sale', 'sale')]).toEqual([['Salt'], []]);
  expect([nearest('carton'), nearest('carton', 'carton')]).toEqual([['Carbon'], []]);
  expect(nearest('tent', 'tent')).toEqual(['Tents']);
  expect(nearest('tents', 'tents')).toEqual(['Tents']);
});
