import { readFileSync } from 'node:fs';
import tseslint from 'typescript-eslint';

const strictIndex = JSON.parse(readFileSync(new URL('tsconfig.strict-index.json', import.meta.url), 'utf8'));

/** Limits are called MAX_… and MIN_…, as everywhere. */
const limitNames = [
  'error',
  {
    selector:
      ':matches(VariableDeclarator, PropertyDefinition) > Identifier[name=/^(MOST|LONGEST|FEWEST|SEVERAL|MANY|LEAST|LARGEST|SHORTEST|SMALLEST|HIGHEST|FURTHEST|OLDEST|ENOUGH)(_|$)/]',
    message: 'Call a limit MAX_… or MIN_…, and a default DEFAULT_….',
  },
];

/** Stores run each statement through the typed helper, where test/integration/platform/sql-statements.test.ts finds it. */
const sqlThroughHelper = [
  ...limitNames,
  {
    selector: "CallExpression[callee.property.name='query']",
    message: 'Run SQL with queryRows, queryColumn, queryFirst, queryOne or execute of src/platform/sql.ts.',
  },
];
/** Outside stores there is no SQL. A `query` without arguments is another method. */
const noSql = [
  ...limitNames,
  {
    selector: "CallExpression[callee.property.name='query'][arguments.length>0]",
    message: 'SQL belongs in a .store.ts file.',
  },
  {
    selector:
      ':matches(ImportDeclaration, ImportExpression, ExportNamedDeclaration, ExportAllDeclaration)[source.value=/platform.sql$/]',
    message: 'SQL belongs in a .store.ts file: only stores import src/platform/sql.ts.',
  },
];

/** Layout is Prettier's, import arrows are dependency-cruiser's: what is left here are mistakes that only types show. */
export default tseslint.config(
  // AssemblyScript's types are its own compiler's.
  {
    ignores: [
      'kernels/',
      'dist/',
      'src/generated/',
      'client/src/generated/',
      'node_modules/',
      '.freshet/',
      'coverage/',
    ],
  },
  {
    files: ['**/*.{ts,tsx}'],
    ignores: ['prisma.config.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off', // an interface may ask for a promise
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'prefer-const': 'error',
      'no-restricted-syntax': limitNames,
    },
  },
  {
    // An assertion that only `noUncheckedIndexedAccess` needs must not count as unnecessary.
    files: ['{src,workers,cli}/**/*.ts'],
    ignores: strictIndex.exclude,
    languageOptions: { parserOptions: { projectService: false, project: 'tsconfig.strict-index.json' } },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          name: 'type-graphql',
          importNames: ['ID', 'Float'],
          message: 'Use those of src/graphql/scalars.ts: they refuse what cannot be stored.',
        },
      ],
    },
  },
  { files: ['{src,workers,cli}/**/*.store.ts'], rules: { 'no-restricted-syntax': sqlThroughHelper } },
  {
    files: ['{src,workers,cli}/**/*.ts'],
    ignores: [
      '**/*.store.ts',
      // Drivers, migrations, leases and artefacts; the private PostgreSQL.
      'src/platform/**',
      'src/local-services/**',
      // Runs no SQL: its query plans have a method `query`.
      'src/search-engine/**',
      // Fills and searches a temporary table, to compare search engines.
      'src/evaluation/search/postgres-engines.ts',
    ],
    rules: { 'no-restricted-syntax': noSql },
  },
  {
    // Tests look into JSON answers of unknown shape; that is what they are for.
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['**/*.{js,cjs,mjs}'],
    extends: [tseslint.configs.base],
    rules: {
      'prefer-const': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-unused-vars': 'error',
      'no-restricted-syntax': limitNames,
    },
  },
);
