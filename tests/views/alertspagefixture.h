// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/views/viewfixture.h"
#include "ui/views/alertspage.h"
#include "ui/views/alertstable.h"
#include "ui/widgets/buttons.h"

/// Where things stand on an alerts page.
namespace bartizan::fixtures {

inline QString id(int number) { return QString::fromStdString(idOf(number)); }

inline QRect buttonOf(const AlertsPage &page, int row)
{
    return rowButtonRect(page.table()->visualRect(page.model().index(row, AlertModel::ActionColumn)));
}

inline QPoint cellOf(const AlertsPage &page, int row, int column = AlertModel::TimeColumn)
{
    return page.table()->visualRect(page.model().index(row, column)).center();
}

} // namespace bartizan::fixtures
