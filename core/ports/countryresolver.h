// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace bartizan {

/// What a store asks for the country of rows that name none: each row it reads, so that an answer must cost next to
/// nothing. Thread: one at a time; ofText() any.
class CountryResolver {
public:
    virtual ~CountryResolver() = default;
    CountryResolver(const CountryResolver &) = delete;
    CountryResolver &operator=(const CountryResolver &) = delete;

    /// The ISO 3166-1 alpha-2 code of the country that `address` is used in; null when it is unknown. The view lives as
    /// long as the program.
    virtual std::string_view ofAddress(std::string_view address) = 0;
    /// The code for what a row says ("Germany", "deu"), so that it compares equal to one that was looked up; what is no
    /// country stays as it is, a view of `stored`.
    virtual std::string_view ofText(std::string_view stored) = 0;

    /// A number that stays the same for whoever tells the same of every address, in every process, so that a store may
    /// keep what it was told; 0: nothing may be kept. 1 stands for nobody.
    virtual std::uint64_t identity() const { return 0; }

    /// The country of a row: what it says, else where its address is used. Null views stand for absent fields.
    std::string_view ofRow(std::string_view stored, std::string_view address)
    {
        return stored.data() ? ofText(stored) : ofAddress(address);
    }

protected:
    CountryResolver() = default;
};

} // namespace bartizan
