// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QPainter;
class QStyle;
class QStyleOption;
class QStyleOptionButton;
class QStyleOptionComboBox;
class QStyleOptionHeader;
class QStyleOptionSlider;
class QStyleOptionSpinBox;
class QWidget;

namespace bartizan {

/// How ConsoleStyle paints its controls, one function each; see there.
namespace stylepaint {
bool isPrimary(const QStyleOption *option, const QWidget *widget);
void button(const QStyleOption *option, QPainter *painter, const QWidget *widget);
void iconLabel(const QStyleOptionButton *option, QPainter *painter, const QWidget *widget, const QStyle *style);
void toolButton(const QStyleOption *option, QPainter *painter, const QWidget *widget);
void field(const QStyleOption *option, QPainter *painter, const QWidget *widget);
void checkBox(const QStyleOption *option, QPainter *painter);
void radioButton(const QStyleOption *option, QPainter *painter);
void focusRing(const QStyleOption *option, QPainter *painter, double inset);
void itemRow(const QStyleOption *option, QPainter *painter);
void headerSection(const QStyleOption *option, QPainter *painter);
void headerLabel(const QStyleOptionHeader *option, QPainter *painter);
void progress(const QStyleOption *option, QPainter *painter, bool contents);
void comboBox(const QStyleOptionComboBox *option, QPainter *painter, const QWidget *widget, const QStyle *style);
void spinBox(const QStyleOptionSpinBox *option, QPainter *painter, const QWidget *widget, const QStyle *style);
void scrollBar(const QStyleOptionSlider *option, QPainter *painter, const QWidget *widget, const QStyle *style);
} // namespace stylepaint

} // namespace bartizan
