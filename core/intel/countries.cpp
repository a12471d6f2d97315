// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/intel/countries.h"

#include <algorithm>
#include <string>
#include <unordered_map>

namespace bartizan {

namespace {

constexpr Country kCountries[] = {
    {"AD", "AND", "Andorra"}, {"AE", "ARE", "United Arab Emirates"}, {"AF", "AFG", "Afghanistan"},
    {"AG", "ATG", "Antigua and Barbuda"}, {"AI", "AIA", "Anguilla"}, {"AL", "ALB", "Albania"},
    {"AM", "ARM", "Armenia"}, {"AO", "AGO", "Angola"}, {"AQ", "ATA", "Antarctica"}, {"AR", "ARG", "Argentina"},
    {"AS", "ASM", "American Samoa"}, {"AT", "AUT", "Austria"}, {"AU", "AUS", "Australia"}, {"AW", "ABW", "Aruba"},
    {"AX", "ALA", "Åland Islands"}, {"AZ", "AZE", "Azerbaijan"}, {"BA", "BIH", "Bosnia and Herzegovina"},
    {"BB", "BRB", "Barbados"}, {"BD", "BGD", "Bangladesh"}, {"BE", "BEL", "Belgium"}, {"BF", "BFA", "Burkina Faso"},
    {"BG", "BGR", "Bulgaria"}, {"BH", "BHR", "Bahrain"}, {"BI", "BDI", "Burundi"}, {"BJ", "BEN", "Benin"},
    {"BL", "BLM", "Saint Barthélemy"}, {"BM", "BMU", "Bermuda"}, {"BN", "BRN", "Brunei"}, {"BO", "BOL", "Bolivia"},
    {"BQ", "BES", "Caribbean Netherlands"}, {"BR", "BRA", "Brazil"}, {"BS", "BHS", "Bahamas"},
    {"BT", "BTN", "Bhutan"}, {"BV", "BVT", "Bouvet Island"}, {"BW", "BWA", "Botswana"}, {"BY", "BLR", "Belarus"},
    {"BZ", "BLZ", "Belize"}, {"CA", "CAN", "Canada"}, {"CC", "CCK", "Cocos (Keeling) Islands"},
    {"CD", "COD", "Democratic Republic of the Congo"}, {"CF", "CAF", "Central African Republic"},
    {"CG", "COG", "Republic of the Congo"}, {"CH", "CHE", "Switzerland"}, {"CI", "CIV", "Côte d’Ivoire"},
    {"CK", "COK", "Cook Islands"}, {"CL", "CHL", "Chile"}, {"CM", "CMR", "Cameroon"}, {"CN", "CHN", "China"},
    {"CO", "COL", "Colombia"}, {"CR", "CRI", "Costa Rica"}, {"CU", "CUB", "Cuba"}, {"CV", "CPV", "Cabo Verde"},
    {"CW", "CUW", "Curaçao"}, {"CX", "CXR", "Christmas Island"}, {"CY", "CYP", "Cyprus"}, {"CZ", "CZE", "Czechia"},
    {"DE", "DEU", "Germany"}, {"DJ", "DJI", "Djibouti"}, {"DK", "DNK", "Denmark"}, {"DM", "DMA", "Dominica"},
    {"DO", "DOM", "Dominican Republic"}, {"DZ", "DZA", "Algeria"}, {"EC", "ECU", "Ecuador"},
    {"EE", "EST", "Estonia"}, {"EG", "EGY", "Egypt"}, {"EH", "ESH", "Western Sahara"}, {"ER", "ERI", "Eritrea"},
    {"ES", "ESP", "Spain"}, {"ET", "ETH", "Ethiopia"}, {"FI", "FIN", "Finland"}, {"FJ", "FJI", "Fiji"},
    {"FK", "FLK", "Falkland Islands"}, {"FM", "FSM", "Micronesia"}, {"FO", "FRO", "Faroe Islands"},
    {"FR", "FRA", "France"}, {"GA", "GAB", "Gabon"}, {"GB", "GBR", "United Kingdom"}, {"GD", "GRD", "Grenada"},
    {"GE", "GEO", "Georgia"}, {"GF", "GUF", "French Guiana"}, {"GG", "GGY", "Guernsey"}, {"GH", "GHA", "Ghana"},
    {"GI", "GIB", "Gibraltar"}, {"GL", "GRL", "Greenland"}, {"GM", "GMB", "Gambia"}, {"GN", "GIN", "Guinea"},
    {"GP", "GLP", "Guadeloupe"}, {"GQ", "GNQ", "Equatorial Guinea"}, {"GR", "GRC", "Greece"},
    {"GS", "SGS", "South Georgia and the South Sandwich Islands"}, {"GT", "GTM", "Guatemala"},
    {"GU", "GUM", "Guam"}, {"GW", "GNB", "Guinea-Bissau"}, {"GY", "GUY", "Guyana"}, {"HK", "HKG", "Hong Kong"},
    {"HM", "HMD", "Heard Island and McDonald Islands"}, {"HN", "HND", "Honduras"}, {"HR", "HRV", "Croatia"},
    {"HT", "HTI", "Haiti"}, {"HU", "HUN", "Hungary"}, {"ID", "IDN", "Indonesia"}, {"IE", "IRL", "Ireland"},
    {"IL", "ISR", "Israel"}, {"IM", "IMN", "Isle of Man"}, {"IN", "IND", "India"},
    {"IO", "IOT", "British Indian Ocean Territory"}, {"IQ", "IRQ", "Iraq"}, {"IR", "IRN", "Iran"},
    {"IS", "ISL", "Iceland"}, {"IT", "ITA", "Italy"}, {"JE", "JEY", "Jersey"}, {"JM", "JAM", "Jamaica"},
    {"JO", "JOR", "Jordan"}, {"JP", "JPN", "Japan"}, {"KE", "KEN", "Kenya"}, {"KG", "KGZ", "Kyrgyzstan"},
    {"KH", "KHM", "Cambodia"}, {"KI", "KIR", "Kiribati"}, {"KM", "COM", "Comoros"},
    {"KN", "KNA", "Saint Kitts and Nevis"}, {"KP", "PRK", "North Korea"}, {"KR", "KOR", "South Korea"},
    {"KW", "KWT", "Kuwait"}, {"KY", "CYM", "Cayman Islands"}, {"KZ", "KAZ", "Kazakhstan"}, {"LA", "LAO", "Laos"},
    {"LB", "LBN", "Lebanon"}, {"LC", "LCA", "Saint Lucia"}, {"LI", "LIE", "Liechtenstein"},
    {"LK", "LKA", "Sri Lanka"}, {"LR", "LBR", "Liberia"}, {"LS", "LSO", "Lesotho"}, {"LT", "LTU", "Lithuania"},
    {"LU", "LUX", "Luxembourg"}, {"LV", "LVA", "Latvia"}, {"LY", "LBY", "Libya"}, {"MA", "MAR", "Morocco"},
    {"MC", "MCO", "Monaco"}, {"MD", "MDA", "Moldova"}, {"ME", "MNE", "Montenegro"}, {"MF", "MAF", "Saint Martin"},
    {"MG", "MDG", "Madagascar"}, {"MH", "MHL", "Marshall Islands"}, {"MK", "MKD", "North Macedonia"},
    {"ML", "MLI", "Mali"}, {"MM", "MMR", "Myanmar"}, {"MN", "MNG", "Mongolia"}, {"MO", "MAC", "Macao"},
    {"MP", "MNP", "Northern Mariana Islands"}, {"MQ", "MTQ", "Martinique"}, {"MR", "MRT", "Mauritania"},
    {"MS", "MSR", "Montserrat"}, {"MT", "MLT", "Malta"}, {"MU", "MUS", "Mauritius"}, {"MV", "MDV", "Maldives"},
    {"MW", "MWI", "Malawi"}, {"MX", "MEX", "Mexico"}, {"MY", "MYS", "Malaysia"}, {"MZ", "MOZ", "Mozambique"},
    {"NA", "NAM", "Namibia"}, {"NC", "NCL", "New Caledonia"}, {"NE", "NER", "Niger"},
    {"NF", "NFK", "Norfolk Island"}, {"NG", "NGA", "Nigeria"}, {"NI", "NIC", "Nicaragua"},
    {"NL", "NLD", "Netherlands"}, {"NO", "NOR", "Norway"}, {"NP", "NPL", "Nepal"}, {"NR", "NRU", "Nauru"},
    {"NU", "NIU", "Niue"}, {"NZ", "NZL", "New Zealand"}, {"OM", "OMN", "Oman"}, {"PA", "PAN", "Panama"},
    {"PE", "PER", "Peru"}, {"PF", "PYF", "French Polynesia"}, {"PG", "PNG", "Papua New Guinea"},
    {"PH", "PHL", "Philippines"}, {"PK", "PAK", "Pakistan"}, {"PL", "POL", "Poland"},
    {"PM", "SPM", "Saint Pierre and Miquelon"}, {"PN", "PCN", "Pitcairn Islands"}, {"PR", "PRI", "Puerto Rico"},
    {"PS", "PSE", "Palestine"}, {"PT", "PRT", "Portugal"}, {"PW", "PLW", "Palau"}, {"PY", "PRY", "Paraguay"},
    {"QA", "QAT", "Qatar"}, {"RE", "REU", "Réunion"}, {"RO", "ROU", "Romania"}, {"RS", "SRB", "Serbia"},
    {"RU", "RUS", "Russia"}, {"RW", "RWA", "Rwanda"}, {"SA", "SAU", "Saudi Arabia"},
    {"SB", "SLB", "Solomon Islands"}, {"SC", "SYC", "Seychelles"}, {"SD", "SDN", "Sudan"}, {"SE", "SWE", "Sweden"},
    {"SG", "SGP", "Singapore"}, {"SH", "SHN", "Saint Helena, Ascension and Tristan da Cunha"},
    {"SI", "SVN", "Slovenia"}, {"SJ", "SJM", "Svalbard and Jan Mayen"}, {"SK", "SVK", "Slovakia"},
    {"SL", "SLE", "Sierra Leone"}, {"SM", "SMR", "San Marino"}, {"SN", "SEN", "Senegal"}, {"SO", "SOM", "Somalia"},
    {"SR", "SUR", "Suriname"}, {"SS", "SSD", "South Sudan"}, {"ST", "STP", "São Tomé and Príncipe"},
    {"SV", "SLV", "El Salvador"}, {"SX", "SXM", "Sint Maarten"}, {"SY", "SYR", "Syria"}, {"SZ", "SWZ", "Eswatini"},
    {"TC", "TCA", "Turks and Caicos Islands"}, {"TD", "TCD", "Chad"}, {"TF", "ATF", "French Southern Territories"},
    {"TG", "TGO", "Togo"}, {"TH", "THA", "Thailand"}, {"TJ", "TJK", "Tajikistan"}, {"TK", "TKL", "Tokelau"},
    {"TL", "TLS", "Timor-Leste"}, {"TM", "TKM", "Turkmenistan"}, {"TN", "TUN", "Tunisia"}, {"TO", "TON", "Tonga"},
    {"TR", "TUR", "Türkiye"}, {"TT", "TTO", "Trinidad and Tobago"}, {"TV", "TUV", "Tuvalu"},
    {"TW", "TWN", "Taiwan"}, {"TZ", "TZA", "Tanzania"}, {"UA", "UKR", "Ukraine"}, {"UG", "UGA", "Uganda"},
    {"UM", "UMI", "United States Minor Outlying Islands"}, {"US", "USA", "United States"}, {"UY", "URY", "Uruguay"},
    {"UZ", "UZB", "Uzbekistan"}, {"VA", "VAT", "Vatican City"}, {"VC", "VCT", "Saint Vincent and the Grenadines"},
    {"VE", "VEN", "Venezuela"}, {"VG", "VGB", "British Virgin Islands"}, {"VI", "VIR", "U.S. Virgin Islands"},
    {"VN", "VNM", "Vietnam"}, {"VU", "VUT", "Vanuatu"}, {"WF", "WLF", "Wallis and Futuna"}, {"WS", "WSM", "Samoa"},
    {"XK", "XKX", "Kosovo"}, {"YE", "YEM", "Yemen"}, {"YT", "MYT", "Mayotte"}, {"ZA", "ZAF", "South Africa"},
    {"ZM", "ZMB", "Zambia"}, {"ZW", "ZWE", "Zimbabwe"},
};

struct Alias {
    std::string_view name; ///< In lower case (ASCII letters).
    std::string_view alpha2;
};

// Other names that logs and look-up services write: former and formal ones, ISO's inverted ones, without accents.
constexpr Alias kAliases[] = {
    {"aland islands", "AX"}, {"america", "US"}, {"antigua & barbuda", "AG"},
    {"bolivia, plurinational state of", "BO"}, {"bonaire, sint eustatius and saba", "BQ"}, {"bosnia", "BA"},
    {"bosnia & herzegovina", "BA"}, {"britain", "GB"}, {"brunei darussalam", "BN"}, {"burma", "MM"},
    {"cape verde", "CV"}, {"cocos islands", "CC"}, {"congo", "CG"}, {"congo, democratic republic of the", "CD"},
    {"congo, the democratic republic of the", "CD"}, {"cote d'ivoire", "CI"}, {"curacao", "CW"},
    {"czech republic", "CZ"}, {"côte d'ivoire", "CI"}, {"democratic people's republic of korea", "KP"},
    {"democratic republic of congo", "CD"}, {"dr congo", "CD"}, {"east timor", "TL"}, {"england", "GB"},
    {"falkland islands (malvinas)", "FK"}, {"great britain", "GB"}, {"holland", "NL"}, {"holy see", "VA"},
    {"holy see (vatican city state)", "VA"}, {"hong kong sar", "HK"}, {"iran, islamic republic of", "IR"},
    {"islamic republic of iran", "IR"}, {"ivory coast", "CI"}, {"korea", "KR"},
    {"korea, democratic people's republic of", "KP"}, {"korea, republic of", "KR"},
    {"lao people's democratic republic", "LA"}, {"libyan arab jamahiriya", "LY"}, {"macau", "MO"},
    {"macedonia", "MK"}, {"micronesia, federated states of", "FM"}, {"moldova, republic of", "MD"},
    {"northern ireland", "GB"}, {"palestine, state of", "PS"}, {"palestinian territories", "PS"},
    {"people's republic of china", "CN"}, {"pitcairn", "PN"}, {"republic of korea", "KR"},
    {"republic of moldova", "MD"}, {"reunion", "RE"}, {"russian federation", "RU"}, {"saint barthelemy", "BL"},
    {"saint helena", "SH"}, {"saint martin (french part)", "MF"}, {"sao tome and principe", "ST"},
    {"scotland", "GB"}, {"sint maarten (dutch part)", "SX"}, {"st. kitts and nevis", "KN"}, {"st. lucia", "LC"},
    {"st. vincent and the grenadines", "VC"}, {"state of palestine", "PS"}, {"swaziland", "SZ"},
    {"syrian arab republic", "SY"}, {"são tomé", "ST"}, {"taiwan, province of china", "TW"},
    {"tanzania, united republic of", "TZ"}, {"the bahamas", "BS"},
    {"the former yugoslav republic of macedonia", "MK"}, {"the gambia", "GM"}, {"the netherlands", "NL"},
    {"trinidad & tobago", "TT"}, {"turkey", "TR"}, {"turkiye", "TR"}, {"uae", "AE"}, {"uk", "GB"},
    {"united kingdom of great britain and northern ireland", "GB"}, {"united republic of tanzania", "TZ"},
    {"united states of america", "US"}, {"united states virgin islands", "VI"}, {"us virgin islands", "VI"},
    {"vatican", "VA"}, {"venezuela, bolivarian republic of", "VE"}, {"viet nam", "VN"},
    {"virgin islands, british", "VG"}, {"virgin islands, u.s.", "VI"}, {"wales", "GB"},
};

char lower(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lowered(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), lower);
    return out;
}

std::string_view trimmed(std::string_view text) noexcept
{
    constexpr std::string_view kBlanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

using Index = std::unordered_map<std::string, const Country *>;

Index makeIndex()
{
    Index index;
    for (const Country &country : kCountries) {
        index.emplace(lowered(country.alpha2), &country);
        index.emplace(lowered(country.alpha3), &country);
        index.emplace(lowered(country.name), &country);
    }
    for (const Alias &alias : kAliases)
        index.emplace(alias.name, index.at(lowered(alias.alpha2)));
    return index;
}

} // namespace

std::span<const Country> countries() noexcept
{
    return kCountries;
}

const Country *findCountry(std::string_view text) noexcept
{
    // The longest name known is well below this; longer text is hostile, not a country.
    constexpr std::size_t kLongest = 64;
    static const Index index = makeIndex();
    text = trimmed(text);
    if (text.empty() || text.size() > kLongest)
        return nullptr;
    const auto found = index.find(lowered(text));
    return found == index.end() ? nullptr : found->second;
}

} // namespace bartizan
