// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/appearance.h"

#include <QApplication>
#include <QSettings>

namespace bartizan {
namespace {

QString themeKey()
{
    return QStringLiteral("appearance/theme");
}

QString rowsKey()
{
    return QStringLiteral("appearance/comfortableRows");
}

QString nameOf(ThemeChoice choice)
{
    switch (choice) {
    case ThemeChoice::Light:
        return QStringLiteral("light");
    case ThemeChoice::Dark:
        return QStringLiteral("dark");
    case ThemeChoice::Desktop:
        break;
    }
    return QStringLiteral("desktop");
}

} // namespace

Appearance::Appearance(QObject *parent) : QObject(parent)
{
    const QSettings kept;
    const QString theme = kept.value(themeKey()).toString();
    for (const ThemeChoice choice : {ThemeChoice::Light, ThemeChoice::Dark}) {
        if (nameOf(choice) == theme)
            m_theme = choice;
    }
    m_comfortable = kept.value(rowsKey(), false).toBool();
    apply();
}

void Appearance::setTheme(ThemeChoice choice)
{
    QSettings().setValue(themeKey(), nameOf(choice));
    showTheme(choice);
}

void Appearance::showTheme(ThemeChoice choice)
{
    if (choice == m_theme)
        return;
    m_theme = choice;
    apply();
}

void Appearance::setComfortableRows(bool comfortable)
{
    if (comfortable == m_comfortable)
        return;
    m_comfortable = comfortable;
    QSettings().setValue(rowsKey(), comfortable);
    apply();
}

void Appearance::apply()
{
    applyTheme(*static_cast<QApplication *>(QCoreApplication::instance()), m_theme, m_comfortable);
    Q_EMIT changed();
}

} // namespace bartizan
