// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QRect>
#include <QWidget>

#include <array>

namespace bartizan {

/// Measures of the Overview for a given room: where its eight panes stand. Wide rooms have three rows on one page; below
/// 1108 pixels (a window of 1180) there are two columns that scroll. Source: the console's layout tables.
struct OverviewLayout {
    QRect score, figures, alerts, countries, threats, hours, response, users;
    int height = 0;        ///< Of the whole body.
    int gaugeSide = 168;
    int countryList = 232;
    bool alertCountry = true;

    static OverviewLayout of(QSize room);
    /// In the order of the members.
    std::array<QRect, 8> panes() const;
};

/// The body of the Overview: places the panes and draws the hairlines between them. Thread: GUI.
class OverviewBody : public QWidget {
    Q_OBJECT
public:
    explicit OverviewBody(QWidget *parent = nullptr);

    /// The panes, in the order score, figures, alerts, countries, threats, hours, response, users.
    void setPanes(const QList<QWidget *> &panes);
    /// The room of the viewport around it.
    void setRoom(QSize room);
    const OverviewLayout &measures() const { return m_layout; }

Q_SIGNALS:
    void laidOut();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QList<QWidget *> m_panes;
    OverviewLayout m_layout;
};

} // namespace bartizan
