// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/plaintooltip.h"

#include "ui/theme/format.h"
#include "ui/theme/shorttext.h"

#include <QString>
#include <QWidget>

namespace bartizan {

void setPlainToolTip(QWidget *widget, const QString &text)
{
    widget->setToolTip(format::toolTip(text));
    widget->setAccessibleDescription(text.size() > format::kLineLimit ? format::shortText(text) : text);
}

} // namespace bartizan
