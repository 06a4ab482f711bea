/** ISO 3166-1 codes of the countries that customers name. */
export const NAMED_COUNTRIES: readonly string[] =
  `AD AE AL AM AR AT AU AZ BA BD BE BG BO BR BY CA CH CL CN CO CR CU CY CZ DE DK DO DZ EC EE EG ES FI FO FR GB GE GI GL GR
  GT HK HN HR HU ID IE IL IN IQ IR IS IT JM JP KE KR KW KZ LB LI LK LT LU LV LY MA MC MD ME MK MO MT MU MX MY NG NI NL NO
  NP NZ PA PE PH PK PL PR PT PY QA RO RS RU SA SE SG SI SK SM SV SY TH TN TR TW UA US UY UZ VA VE VN XK ZA`.split(
    /\s+/,
  );

export const EUROPEAN_UNION: ReadonlySet<string> = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'
    .split(' ')
    .map((code) => `country:${code}`),
);

export const LATIN_AMERICA: ReadonlySet<string> = new Set(
  'AR BO BR CL CO CR CU DO EC GT HN MX NI PA PE PR PY SV UY VE'.split(' ').map((code) => `country:${code}`),
);
