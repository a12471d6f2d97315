// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/hairline.h"

class QSettings;

namespace bartizan {

/// A list and its details: beside each other, 320 or 400 wide, or in a narrow window the details under the list, 40% of
/// the height. A handle that a person has moved keeps its place. The second widget is the details. Thread: GUI.
class DetailsSplitter : public HairlineSplitter {
    Q_OBJECT
public:
    explicit DetailsSplitter(QWidget *parent = nullptr);

    void save(QSettings &settings) const;
    void restore(const QSettings &settings);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void arrange();

    bool m_touched = false;
};

} // namespace bartizan
