// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/demopeople.h"

#include <algorithm>
#include <array>

namespace bartizan {
namespace {

struct Place {
    std::string_view country;
    int utcOffset;
    int people;
};

constexpr Place kPlaces[] = {
    {"US", -6, 21}, {"DE", 1, 12}, {"GB", 0, 8}, {"NL", 1, 6}, {"FR", 1, 5}, {"BR", -3, 5}, {"IN", 5, 5}, {"PL", 1, 3},
    {"JP", 9, 3},   {"AU", 10, 3}, {"CA", -5, 3}, {"ES", 1, 2}, {"IT", 1, 2}, {"SE", 1, 2}, {"CH", 1, 2}, {"MX", -6, 1},
    {"ZA", 2, 1},   {"NG", 1, 1},  {"TR", 3, 1}, {"SG", 8, 1}, {"KR", 9, 1}, {"NO", 1, 1}, {"AR", -3, 1}};

constexpr std::string_view kCompanies[] = {"birchfield", "calder-freight", "lumenworks",
                                           "pineharbor", "quaylabs",       "tessel-health"};
constexpr std::string_view kDomains[] = {"example.com", "example.org", "example.net"};

// One a person; initials go before them.
constexpr std::string_view kSurnames[] = {
    "okafor",   "silva",    "haas",     "nowak",    "lindqvist", "meyer",   "ito",      "carter",  "dubois",  "rossi",
    "garcia",   "smith",    "johnson",  "brown",    "davis",     "wilson",  "moore",    "taylor",  "thomas",  "jackson",
    "white",    "harris",   "martin",   "clark",    "lewis",     "walker",  "hall",     "young",   "king",    "wright",
    "schmidt",  "schneider", "fischer", "weber",    "wagner",    "becker",  "schulz",   "hoffmann", "koch",   "bauer",
    "jansen",   "devries",  "bakker",   "visser",   "smit",      "bernard", "petit",    "robert",  "moreau",  "santos",
    "oliveira", "souza",    "costa",    "sharma",   "patel",     "singh",   "kumar",    "gupta",   "kowalski", "wojcik",
    "sato",     "suzuki",   "tanaka",   "evans",    "murphy",    "kelly",   "tremblay", "roy",     "gagnon",  "lopez",
    "sanchez",  "ferrari",  "bianchi",  "karlsson", "nilsson",   "keller",  "huber",    "hernandez", "naidoo", "adeyemi",
    "yilmaz",   "tan",      "kim",      "hansen",   "gonzalez",  "osei",    "larsen",   "novak",   "virtanen", "papadakis",
    "mbeki",    "chaudhry", "delgado",  "ivanova",  "moretti",   "fontaine"};

constexpr std::string_view kUserAgents[] = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"};

/// The share of work by hour of the local day, in percent of the busiest.
constexpr std::array<int, 24> kDay24{4, 3, 2, 2, 2, 4, 9, 28, 66, 92, 100, 94, 70, 84, 97, 93, 86, 64, 38, 24, 18, 14, 10, 6};

/// Addresses below .200 of the three documentation networks belong to people, those above to visitors who mean no
/// good; every eleventh person comes by IPv6.
std::string addressOf(std::size_t number)
{
    constexpr std::string_view networks[] = {"192.0.2.", "198.51.100.", "203.0.113."};
    if (number % 11 == 10)
        return "2001:db8:4:" + std::to_string(number + 100) + "::1f";
    return std::string(networks[number % 3]) + std::to_string(10 + number / 3);
}

} // namespace

std::vector<DemoPerson> demoPeople(DemoRandom &random)
{
    std::vector<DemoPerson> people;
    for (const Place &place : kPlaces) {
        for (int i = 0; i < place.people; ++i) {
            const std::size_t number = people.size();
            DemoPerson person;
            const char initial = static_cast<char>('a' + random.below(26));
            person.userId = std::string(1, initial) + "." + std::string(kSurnames[number % std::size(kSurnames)]);
            // Companies have their people in a few countries, not everywhere.
            const std::size_t company = (number / 5 + random.below(2)) % std::size(kCompanies);
            person.companyId = kCompanies[company];
            person.email = person.userId + "@" + std::string(kDomains[company % std::size(kDomains)]);
            person.country = place.country;
            person.utcOffset = place.utcOffset;
            person.address = addressOf(number);
            person.userAgent = kUserAgents[random.below(std::size(kUserAgents))];
            person.diligence = 0.35 + 1.3 * random.unit();
            person.admin = number % 13 == 3;
            people.push_back(std::move(person));
        }
    }
    return people;
}

double demoBusyness(TimestampMs at, int utcOffset) noexcept
{
    const TimestampMs local = at + utcOffset * kHour;
    const auto day = static_cast<int>((local / kDay + 3) % 7); // 0: Monday; 1 January 1970 was a Thursday.
    const auto hour = static_cast<std::size_t>(local % kDay / kHour);
    const double now = kDay24[hour];
    const double then = kDay24[(hour + 1) % 24];
    const double share = static_cast<double>(local % kHour) / static_cast<double>(kHour);
    return (now + (then - now) * share) / 100.0 * (day >= 5 ? 0.75 : 1.0);
}

std::string_view demoElsewhere(DemoRandom &random, std::string_view home)
{
    constexpr std::string_view countries[] = {"RO", "VN", "UA", "CO", "TH", "MA", "KZ", "PK", "ID", "BG", "PH", "CL"};
    const std::string_view found = countries[random.below(std::size(countries))];
    return found == home ? countries[0] : found;
}

} // namespace bartizan
