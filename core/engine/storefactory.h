// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"

#include <functional>
#include <memory>

namespace bartizan {

class Store;

/// Opens a connection of its own on the thread that calls it; called again after a failure. Each worker has one, so
/// that the engine does not care which kind of database it works on, and tests can put faults in between.
using StoreFactory = std::function<Result<std::unique_ptr<Store>>()>;

} // namespace bartizan
