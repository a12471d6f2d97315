// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/membertable.h"

#include <random>

namespace bartizan {
namespace {

std::uint64_t randomNumber()
{
    std::random_device random;
    return std::uint64_t{random()} << 32 | random();
}

} // namespace

const MemberTable::Secret MemberTable::kSecret{randomNumber() | 1, randomNumber()};

} // namespace bartizan
