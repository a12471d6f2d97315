// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/mainwindow.h"

namespace bartizan {

/// Makes one of the pages.
Page *makePage(PageId id, ConsoleContext *context, Appearance *appearance, QWidget *parent);

} // namespace bartizan
